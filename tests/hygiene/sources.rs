//! Sizes, leftovers, and links of the documents.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::root;

/// The most lines of one file.
const LINES: usize = 500;

/// Every file under `directory` with one of these extensions, but for what was built.
fn files(directory: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            // Fixtures are written by programs.
            if name != "target" && name != ".git" && name != "fixtures" {
                found.extend(files(&path, extensions));
            }
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|known| extension == *known)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn no_file_is_longer_than_a_person_can_hold_in_the_head() {
    let sources = files(&root(), &["rs", "sql", "sh"]);
    assert!(sources.len() > 50, "the sources are not where they are looked for");
    let lines = |file: &PathBuf| read(file).lines().count();
    let long: Vec<_> = sources.iter().filter(|file| lines(file) > LINES).collect();
    assert!(long.is_empty(), "split these: they have more than {LINES} lines: {long:#?}");
}

#[test]
fn nothing_is_left_to_be_done_in_the_sources() {
    // Put together here, so that this file does not find itself.
    let leftovers = ["todo", "unimplemented"].map(|word| format!("{word}!"));
    for file in files(&root(), &["rs"]) {
        let text = read(&file);
        assert!(!text.contains('\t'), "{} has tabs", file.display());
        for leftover in &leftovers {
            assert!(!text.contains(leftover.as_str()), "{} has a `{leftover}`", file.display());
        }
    }
}

/// The driver takes constants as statements, and other texts only where somebody vouches for them. One file does, for texts
/// made of this project's own names of tables and columns.
#[test]
fn sec_37_statements_are_constants() {
    let vouched = "crates/storage-sql/src/batch.rs";
    // Put together here, so that this file does not find itself.
    let ways =
        [["Assert", "SqlSafe"], ["Query", "Builder"], ["raw", "_sql"], ["SqlStr::", "from"]].map(|way| way.concat());
    let mut found = Vec::new();
    for directory in ["crates", "bins"] {
        for file in files(&root().join(directory), &["rs"]) {
            let name = file.strip_prefix(root()).expect("inside").display().to_string();
            let is_test = name.contains("/tests") || name.starts_with("crates/testkit/");
            if !is_test && ways.iter().any(|way| read(&file).contains(way)) {
                found.push(name);
            }
        }
    }
    assert_eq!(found, [vouched]);
}

/// The compiler passes over a file that no `mod` names, and with it over its tests.
#[test]
fn every_source_is_compiled() {
    let roots = ["lib.rs", "main.rs", "build.rs"];
    for file in files(&root(), &["rs"]) {
        let name = file.file_name().expect("a name").to_str().expect("text");
        let directory = file.parent().expect("a directory");
        let is_alone = ["benches", "bin", "examples"].iter().any(|alone| directory.ends_with(alone));
        if roots.contains(&name) || is_alone {
            continue;
        }
        let (module, above) = match name {
            "mod.rs" => (directory, directory.parent().expect("a directory")),
            _ => (file.as_path(), directory),
        };
        let module = module.file_stem().expect("a name").to_str().expect("text");
        let parents = ["mod.rs", "lib.rs", "main.rs"].map(|parent| above.join(parent));
        let names_it = |parent: &PathBuf| {
            let is_declared = |line: &str| line.trim_end_matches(';').ends_with(&format!("mod {module}"));
            parent.exists() && read(parent).lines().any(is_declared)
        };
        let is_compiled = parents.iter().chain([&above.with_extension("rs")]).any(names_it);
        assert!(is_compiled, "no `mod {module};` leads to {}", file.display());
    }
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let mut documents = files(&root().join("docs"), &["md"]);
    documents.extend(
        ["README.md", "CONTRIBUTING.md"].map(|name| root().join(name)).into_iter().filter(|file| file.exists()),
    );
    for document in documents {
        for target in links(&read(&document)) {
            let is_elsewhere = target.contains("://") || target.starts_with("mailto:") || target.starts_with('#');
            let file = target.split('#').next().unwrap_or_default();
            let place = document.parent().expect("a directory").join(file);
            assert!(is_elsewhere || place.exists(), "{} links to `{target}`, which is not there", document.display());
        }
    }
}

/// The targets of `[text](target)`, outside of code.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        // What stands between backticks is code, too.
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for rest in prose.split("](").skip(1) {
            found.extend(rest.split_once(')').map(|(target, _)| target.trim().to_owned()));
        }
    }
    found
}

#[test]
fn links_are_found_in_prose_alone() {
    let text = "See [a](b.md) and [c](d.md#e).\n`[no](x.md)`\n```\n[no](y.md)\n```\n";
    assert_eq!(links(text), ["b.md", "d.md#e"]);
}
