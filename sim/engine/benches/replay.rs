//! How fast a run is driven: steps per second, and runs per second as `--runs` samples them.

use std::hint::black_box;
use std::time::Duration;

use closing_time_engine::replay::{Driver, Options, sample};
use closing_time_engine::scenario::{Setup, catalogue};
use closing_time_engine::{Loaded, load};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// A server with so many threads that sleep, work and write, most of which are cut off.
fn crowd(threads: u32) -> Loaded {
    let source = format!(
        r#"scenario "crowd" format=1 {{
            title "A crowd of threads"
            runtime "cpython"
            process "server" {{
                main {{ start "worker"; work "serve" for="2s"; }}
                thread "worker" daemon=#true count={threads} {{
                    open "log"
                    repeat 10 {{ sleep "300ms"; write "log" "line" bytes=100; }}
                    close "log"
                }}
            }}
        }}"#
    );
    loaded(&source)
}

fn loaded(source: &str) -> Loaded {
    load(source, &Setup::default()).unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// Runs to the end; returns the number of steps.
fn drive(loaded: &Loaded) -> u64 {
    let options = Options { step_limit: u64::MAX, ..Options::default() };
    let mut driver = Driver::new(&loaded.program, &options, ());
    while driver.advance().is_ok_and(|choice| choice.is_some()) {}
    driver.steps()
}

fn steps(criterion: &mut Criterion) {
    let flagship = catalogue::find("pdf-shutdown").map(|entry| loaded(entry.source));
    let programs = [
        ("pdf-shutdown", flagship),
        ("1,000 threads", Some(crowd(1_000))),
        ("100,000 threads", Some(crowd(100_000))),
    ];
    let mut group = criterion.benchmark_group("steps");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3)).sample_size(10);
    for (name, program) in programs {
        let Some(program) = program else { continue };
        group.throughput(Throughput::Elements(drive(&program)));
        group.bench_function(name, |bencher| bencher.iter(|| drive(black_box(&program))));
    }
    group.finish();
}

fn samples(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("samples");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3)).sample_size(20);
    group.throughput(Throughput::Elements(1));
    for name in ["pdf-shutdown", "work-queue"] {
        let Some(entry) = catalogue::find(name) else { continue };
        let program = loaded(entry.source);
        let mut seed = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                seed += 1;
                sample(&program.program, &Options { seed, ..Options::default() })
            });
        });
    }
    group.finish();
}

fn telling(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3)).sample_size(20);
    let Some(entry) = catalogue::find("pdf-shutdown") else { return };
    group.bench_function("read, compile, replay and tell pdf-shutdown", |bencher| {
        bencher.iter(|| loaded(black_box(entry.source)).replay(&Options::default()));
    });
    group.finish();
}

criterion_group!(benches, steps, samples, telling);
criterion_main!(benches);
