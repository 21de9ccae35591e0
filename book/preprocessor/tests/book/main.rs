//! Builds books with mdBook's own library and our preprocessor in this process: no installed mdbook is needed.

mod directives;
mod fixture;
mod links;
mod protocol;
mod real;
