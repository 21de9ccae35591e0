//! Speaks mdBook's protocol: `supports RENDERER`, else a book as JSON on stdin and back on stdout.
//! Everything for people goes to stderr.

use std::io;
use std::process::ExitCode;

use closing_time_book::ClosingTime;
use mdbook_preprocessor::Preprocessor;
use mdbook_preprocessor::errors::Result;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let answer = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => preprocess().map(|()| true),
        ["supports", renderer] => ClosingTime.supports_renderer(renderer),
        _ => {
            eprintln!("mdBook runs this program; by hand, use `mdbook build` or `mdbook serve`");
            return ExitCode::from(2);
        }
    };
    match answer {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn preprocess() -> Result<()> {
    let (context, book) = mdbook_preprocessor::parse_input(io::stdin())?;
    if !context.mdbook_version.starts_with("0.5.") {
        eprintln!("warning: written for mdbook 0.5, called by {}", context.mdbook_version);
    }
    let book = ClosingTime.run(&context, book)?;
    serde_json::to_writer(io::stdout().lock(), &book)?;
    Ok(())
}
