# `just` alone lists the recipes. Each is a plain command: without `just`, copy the line.

# what there is to run
default:
    @just --list

# replay a scenario: `just run pdf-shutdown --set pdf.daemon=false`
run *arguments:
    cargo run -- scenario {{arguments}}

# every test of every crate
test *arguments:
    cargo test --workspace {{arguments}}

# the book at http://localhost:3000, redrawn while you write
book:
    mdbook serve

# formatting, clippy, documentation
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# the benchmarks
bench *arguments:
    cargo bench --workspace {{arguments}}

# explore beside SPIN, stateright and shuttle: Debian packages spin, gcc, time
peers *arguments:
    benches/peers/run {{arguments}}

# everything that must hold before a change lands
ci:
    .ci/run

# the engine for a page of the book
wasm:
    cargo build --release --package closing-time-engine --target wasm32-unknown-unknown --target-dir target/wasm

# feed the reader and one replay with whatever a fuzzer finds: `just fuzz 300` (seconds)
fuzz seconds="60":
    fuzz/run {{seconds}}
