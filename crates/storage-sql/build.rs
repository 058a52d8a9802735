//! Compiles the crate anew when a migration is added: the compiler does not see that by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
