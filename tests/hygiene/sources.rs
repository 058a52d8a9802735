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
            if name != "target" && name != ".git" {
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

/// A file that no module names is not compiled, and its tests never run.
#[test]
fn every_source_is_named_by_the_module_above_it() {
    let roots = ["lib.rs", "main.rs", "build.rs"];
    for file in files(&root(), &["rs"]) {
        let (directory, name) = (file.parent().expect("a directory"), file.file_name().expect("a name"));
        let stands_alone = ["benches", "examples"].iter().any(|alone| directory.ends_with(alone));
        if stands_alone || roots.iter().any(|known| name == *known) {
            continue;
        }
        let (module, above) = if name == "mod.rs" {
            (directory, directory.parent().expect("a directory"))
        } else {
            (file.as_path(), directory)
        };
        let word = module.file_stem().expect("a name").display();
        let mut parents = ["lib.rs", "main.rs", "mod.rs"].map(|name| above.join(name)).to_vec();
        parents.push(above.with_extension("rs"));
        let names = |parent: &PathBuf| read(parent).lines().any(|line| line.ends_with(&format!("mod {word};")));
        let is_named = parents.iter().filter(|parent| parent.exists()).any(names);
        assert!(is_named, "{} is compiled by nobody: no `mod {word};` above it", file.display());
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
