//! Dry runs of other commands.

use clap::{Args, CommandFactory, FromArgMatches, ValueEnum};

use crate::{
    cli::{Cli, Global},
    error::Error,
};

/// Show who would gain or lose what by a change, without making it
///
/// Example:  robinctl access diff capabilities remove-capability-entries Backups BUNDLE:create
///
/// The change is the command that would make it; the same as that command with --dry-run.
#[derive(Args)]
pub struct Diff {
    /// The command that would make the change
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

impl Diff {
    /// The command with `--dry-run`. Ends the program where it is none.
    ///
    /// # Errors
    /// When it is one that can't be rehearsed.
    pub fn rehearsed(&self, global: &Global) -> Result<Cli, Error> {
        let matches = Cli::command().get_matches_from(self.words(global));
        let mut innermost = &matches;
        while let Some((_, inner)) = innermost.subcommand() {
            innermost = inner;
        }
        // It may have been taken for the value of something else.
        if !matches!(innermost.try_get_one::<bool>("dry_run"), Ok(Some(true))) {
            return Err(Error::Usage("this command can't be rehearsed; name one that takes --dry-run".to_owned()));
        }
        Ok(Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()))
    }

    fn words(&self, global: &Global) -> Vec<String> {
        let path = |path: &std::path::PathBuf| path.to_string_lossy().into_owned();
        let mut words = vec!["robinctl".to_owned()];
        for (option, value) in [
            ("--server", global.server.clone()),
            ("--server-ca-cert", global.server_ca_cert.as_ref().map(path)),
            ("--token-file", global.token_file.as_ref().map(path)),
            ("--output", global.output.to_possible_value().map(|value| value.get_name().to_owned())),
        ] {
            words.extend(value.map(|value| format!("{option}={value}")));
        }
        words.extend(Some("--insecure-http".to_owned()).filter(|_| global.insecure_http));
        // Behind an end of options it would be an argument.
        let end = self.command.iter().position(|word| word == "--").unwrap_or(self.command.len());
        let (before, behind) = self.command.split_at(end);
        words.extend(before.iter().cloned().chain(["--dry-run".to_owned()]).chain(behind.iter().cloned()));
        words
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::commands::{access, testing::is_grammar};

    use super::*;

    fn words(line: &str) -> String {
        let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
        let crate::cli::Command::Access(access::Command::Diff(diff)) = &cli.command else { panic!("{line}") };
        diff.words(&cli.global).join(" ")
    }

    #[test]
    fn a_diff_is_the_command_with_the_option() {
        let line = "robinctl --server http://h -o json access diff tenant add-users t1 a user";
        let expected = "robinctl --server=http://h --output=json tenant add-users t1 a user --dry-run";
        assert_eq!(words(line), expected);
        let line = "robinctl access diff object remove --yes -o csv -- BUNDLE -b";
        let expected = "robinctl --output=table object remove --yes -o csv --dry-run -- BUNDLE -b";
        assert_eq!(words(line), expected);
    }

    #[test]
    fn only_what_can_be_rehearsed_takes_the_option() {
        for line in [
            "capabilities remove C",
            "capabilities update C --hide",
            "capabilities add-capability-entries C A:x",
            "capabilities add-providers C D",
            "user change-tenant-role u t user",
            "tenant add-users t u user",
            "tenant remove-users t u",
            "tenant add-user-capabilities t u C",
            "object-share add B b view --tenant t",
            "object-share remove B b --tenant t",
            "namespace change-owner n u",
            "namespace share n u",
            "namespace unshare n u",
            "namespace remove n",
            "object change-owner B b u",
            "object remove B b",
        ] {
            assert!(is_grammar(&format!("{line} --dry-run")), "{line}");
        }
        for line in ["tenant list", "tenant add t", "user remove u", "object add B b"] {
            assert!(!is_grammar(&format!("{line} --dry-run")), "{line}");
        }
        assert!(!is_grammar("access diff"));
        let asked = Diff { command: ["access", "check", "u", "A", "x"].map(str::to_owned).into() };
        assert!(matches!(asked.rehearsed(&Global::default()), Err(Error::Usage(_))));
    }
}
