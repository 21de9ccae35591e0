//! Programs in every language but Python (see `export.rs`), read as text. That they do what the model says is shown by the
//! workspace's tests.

mod c;
mod csharp;
mod go;
mod java;
mod node;
mod perl;
mod ruby;
mod rust;
mod written;
