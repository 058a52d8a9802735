//! Questions and their answers. On a terminal a person is asked; elsewhere the lines of standard input are the answers,
//! and when they run out, that is wrong usage. Questions go to standard error or the terminal, never to standard output.

use std::io::{self, BufRead, IsTerminal};

use robin_model::Secret;

use crate::{error::Error, output};

/// Who answers.
pub struct Prompt {
    terminal: bool,
    lines: Box<dyn BufRead>,
}

impl Prompt {
    /// Standard input answers.
    #[must_use]
    pub fn standard() -> Self {
        Self { terminal: io::stdin().is_terminal(), lines: Box::new(io::BufReader::new(io::stdin())) }
    }

    /// Asks for a password, with echo off. `instead` says what to do where nobody can answer.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn password(&mut self, question: &str, instead: &str) -> Result<Secret, Error> {
        let answer = if self.terminal { rpassword::prompt_password(question).ok() } else { self.piped(question)? };
        answer.map(Secret::new).ok_or_else(|| Error::Usage(format!("no password was given; {instead}")))
    }

    /// Asks for a new password twice.
    ///
    /// # Errors
    /// When there is no answer, or the answers differ.
    pub fn new_password(&mut self, instead: &str) -> Result<Secret, Error> {
        let first = self.password("Password: ", instead)?;
        let second = self.password("Retype password: ", instead)?;
        if first.expose() == second.expose() {
            return Ok(first);
        }
        Err(Error::Usage("the two passwords differ; nothing was changed".to_owned()))
    }

    /// Asks the documents' question until the answer is yes or no.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn confirms_deletion(&mut self) -> Result<bool, Error> {
        self.confirms("Are you sure you want to delete [y/n] ? ", "say --yes to delete without a question")
    }

    /// Asks until the answer is yes or no. `instead` says what to do where nobody can answer.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn confirms(&mut self, question: &str, instead: &str) -> Result<bool, Error> {
        loop {
            let answer = if self.terminal { self.asked(question)? } else { self.piped(question)? };
            let Some(answer) = answer else {
                return Err(Error::Usage(format!("nobody answered; {instead}")));
            };
            match answer.trim().to_ascii_lowercase().as_str() {
                "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                _ => output::note("Please answer y or n."),
            }
        }
    }

    fn asked(&mut self, question: &str) -> Result<Option<String>, Error> {
        output::question(question);
        self.line()
    }

    fn piped(&mut self, question: &str) -> Result<Option<String>, Error> {
        output::note(question.trim_end());
        self.line()
    }

    fn line(&mut self) -> Result<Option<String>, Error> {
        let mut line = String::new();
        let length = self.lines.read_line(&mut line);
        if length.map_err(|error| Error::Usage(format!("cannot read the answer from standard input: {error}")))? == 0 {
            return Ok(None);
        }
        let kept = line.strip_suffix('\n').unwrap_or(&line);
        Ok(Some(kept.strip_suffix('\r').unwrap_or(kept).to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piped(text: &'static str) -> Prompt {
        Prompt { terminal: false, lines: Box::new(text.as_bytes()) }
    }

    #[test]
    fn a_piped_line_is_the_password_with_all_its_blanks() {
        for (text, expected) in [(" Robin 123 \n", " Robin 123 "), ("pw\r\n", "pw"), ("pw", "pw"), ("\n", "")] {
            let password = piped(text).password("Password: ", "say --password").unwrap();
            assert_eq!(password.expose(), expected);
        }
    }

    #[test]
    fn a_new_password_is_two_equal_lines() {
        assert_eq!(piped("a\na\n").new_password("…").unwrap().expose(), "a");
        let Err(error) = piped("a\nb\n").new_password("…") else { panic!("they differ") };
        assert_eq!(error.to_string(), "the two passwords differ; nothing was changed");
    }

    #[test]
    fn the_end_of_input_says_which_option_to_use() {
        let Err(error) = piped("a\n").new_password("say --password PASSWORD") else { panic!("one line is missing") };
        assert_eq!(error.to_string(), "no password was given; say --password PASSWORD");
        let error = piped("").confirms_deletion().unwrap_err();
        assert!(error.to_string().contains("--yes"), "{error}");
    }

    #[test]
    fn only_yes_is_yes() {
        for (text, expected) in [("y\n", true), ("YES\n", true), ("n\n", false), ("maybe\nno\n", false), ("\ny", true)]
        {
            assert_eq!(piped(text).confirms_deletion().unwrap(), expected, "{text:?}");
        }
        assert!(piped("maybe\n").confirms_deletion().is_err());
    }
}
