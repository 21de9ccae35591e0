//! The smallest program with a command line: what start-up is measured against, see `benches/README.md`.

use clap::Parser;

/// Does nothing.
#[derive(Parser)]
struct Cli {
    /// A name.
    name: Option<String>,
}

fn main() {
    let cli = Cli::parse();
    if cli.name.is_some() {
        println!("hello");
    }
}
