//! The programs under test, built once per run.
//!
//! `ROBIN_TEST_BUILT=1` says that they are built already.

use std::{
    env,
    fs::{self, File},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();

/// Where a program of this workspace is.
///
/// # Panics
/// When it can't be built.
#[must_use]
pub fn path(name: &str) -> PathBuf {
    DIRECTORY.get_or_init(built).join(name)
}

fn built() -> PathBuf {
    let test = env::current_exe().expect("a test knows where it is");
    let directory = test.parent().and_then(Path::parent).expect("tests are in target/PROFILE/deps").to_owned();
    if env::var_os("ROBIN_TEST_BUILT").is_none() {
        once_per_run(&directory, || build(&directory));
    }
    directory
}

/// Runs `action` in the first process of a nextest run, while the others wait; without nextest, in each process.
fn once_per_run(directory: &Path, action: impl FnOnce()) {
    let Ok(run) = env::var("NEXTEST_RUN_ID") else { return action() };
    let marker = directory.join(".robin-tests-built");
    let mut file = File::options().read(true).write(true).create(true).truncate(false).open(marker).expect("a marker");
    file.lock().expect("a lock");
    let mut last = String::new();
    file.read_to_string(&mut last).expect("the marker can be read");
    if last != run {
        action();
        file.rewind().and_then(|()| file.set_len(0)).expect("the marker can be emptied");
        file.write_all(run.as_bytes()).expect("the marker can be written");
    }
}

fn build(directory: &Path) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let workspace = fs::canonicalize(workspace).expect("the workspace is there");
    let profile = match directory.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let done = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "-p",
            "robin-server",
            "-p",
            "robinctl",
            "-p",
            "robin-notes",
            "--profile",
            profile,
            "--target-dir",
        ])
        .arg(directory.parent().expect("target"))
        .current_dir(workspace)
        .output()
        .expect("cargo runs");
    assert!(done.status.success(), "the programs can't be built:\n{}", String::from_utf8_lossy(&done.stderr));
}
