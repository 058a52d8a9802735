//! A bar that shows how far something is: on standard error, and only on a terminal.

use std::io::{self, IsTerminal, Write};

use robin_api::imports::Step;

/// How many characters the bar itself has.
const WIDTH: usize = 30;

/// The bar. When it is dropped, its line is empty again.
pub struct Bar {
    /// Where it is drawn, if anywhere.
    to: Option<Box<dyn Write>>,
    /// How many characters stand in the line.
    drawn: usize,
}

impl Bar {
    /// One on standard error, where that is a terminal.
    #[must_use]
    pub fn standard() -> Self {
        let stderr = io::stderr();
        let to: Option<Box<dyn Write>> = if stderr.is_terminal() { Some(Box::new(stderr)) } else { None };
        Self { to, drawn: 0 }
    }

    /// Shows how far it is.
    pub fn show(&mut self, step: Step) {
        let (line, drawn) = (line(step), self.drawn);
        if let Some(to) = &mut self.to {
            // Over the line before. A terminal that takes none is none.
            drop(write!(to, "\r{line:<drawn$}").and_then(|()| to.flush()));
            self.drawn = line.len();
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        let drawn = self.drawn;
        if let Some(to) = self.to.as_mut().filter(|_| drawn > 0) {
            drop(write!(to, "\r{:drawn$}\r", "").and_then(|()| to.flush()));
        }
    }
}

/// A bar in numbers and signs that every terminal has.
fn line(Step { done, total }: Step) -> String {
    let filled = (done * WIDTH).checked_div(total).unwrap_or(WIDTH).min(WIDTH);
    let percent = (done * 100).checked_div(total).unwrap_or(100).min(100);
    format!("[{:<WIDTH$}] {percent:>3} %, {done} of {total}", "#".repeat(filled))
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use super::*;

    #[derive(Clone, Default)]
    struct Screen(Rc<RefCell<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Screen {
        /// The line as it stands.
        fn shown(&self) -> String {
            let mut line: Vec<u8> = Vec::new();
            let mut at = 0;
            for byte in self.0.borrow().iter() {
                if *byte == b'\r' {
                    at = 0;
                    continue;
                }
                line.truncate(line.len().max(at));
                match line.get_mut(at) {
                    Some(place) => *place = *byte,
                    None => line.push(*byte),
                }
                at += 1;
            }
            String::from_utf8(line).unwrap().trim_end().to_owned()
        }
    }

    #[test]
    fn a_bar_grows_and_leaves_nothing_behind() {
        let screen = Screen::default();
        let mut bar = Bar { to: Some(Box::new(screen.clone())), drawn: 0 };
        for (done, total, expected) in [
            (0, 50_000, "[                              ]   0 %, 0 of 50000"),
            (12_500, 50_000, "[#######                       ]  25 %, 12500 of 50000"),
            (50_000, 50_000, "[##############################] 100 %, 50000 of 50000"),
            (9, 9, "[##############################] 100 %, 9 of 9"),
            (0, 0, "[##############################] 100 %, 0 of 0"),
        ] {
            bar.show(Step { done, total });
            assert_eq!(screen.shown(), expected);
        }
        drop(bar);
        assert_eq!(screen.shown(), "");
    }

    #[test]
    fn where_there_is_no_terminal_nothing_is_drawn() {
        let mut bar = Bar { to: None, drawn: 0 };
        bar.show(Step { done: 1, total: 2 });
        assert!(bar.to.is_none());
    }
}
