//! What the world does, as small programs: one file per theme, one test per fact.
//!
//! Each test names the fact it rests on: `cpython-NN` is a case that was run on CPython 3.8 to 3.13 (and again on 3.14
//! where it matters), `ruby-NN`, `node-NN`, `perl-NN`, `java-NN`, `mono-NN`, `c-NN`, `go-NN` and `rust-NN` likewise on
//! those; "measured" marks what was measured later in the same way, "documented" what nobody here has run. Where a test
//! and a fact differ, the fact is right.

mod c;
mod case;
mod daemons;
mod dotnet;
mod event_loop;
mod exits;
mod files;
mod go;
mod handlers;
mod jvm;
mod locks;
mod node;
mod perl;
mod pipes;
mod pools;
mod processes;
mod queues;
mod ruby;
mod rust;
mod signals;
mod versions;
