//! The graph that is drawn is the one that is searched.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use closing_time_engine::explore::{Graph, Limits, TooLarge, explore, graph};
use closing_time_engine::load;
use closing_time_engine::scenario::{Setup, catalogue};
use closing_time_engine::show::{dot, mermaid};
use closing_time_engine::trace::Outcome;

/// What a search tells apart: not what a thread held, nor whether an empty file was opened.
fn key(outcome: &Outcome) -> String {
    let threads = outcome.processes.iter().flat_map(|process| &process.threads);
    let fates: Vec<_> = threads.map(|thread| (&thread.name, thread.fate)).collect();
    let statuses: Vec<_> = outcome.processes.iter().map(|process| &process.status).collect();
    let written = outcome.files.iter().filter(|file| file.written > 0);
    let files: Vec<_> = written.map(|file| (&file.path, file.durable, file.lost)).collect();
    format!("{:?} {statuses:?} {fates:?} {files:?}", outcome.ending)
}

/// Every scenario that is small enough.
fn graphs() -> Vec<(String, Graph, BTreeSet<String>)> {
    let mut found = Vec::new();
    for entry in catalogue::all() {
        let loaded = load(entry.source, &Setup::default()).unwrap();
        let limits = Limits::default();
        let Ok(graph) = graph(&loaded.program, &limits, 1_000) else { continue };
        let explored = explore(&loaded.program, &limits, &mut |_| ControlFlow::Continue(()));
        let outcomes = explored.classes.iter().map(|class| key(&class.outcome)).collect();
        found.push((entry.name.to_owned(), graph, outcomes));
    }
    assert!(found.len() > 15);
    found
}

#[test]
fn it_ends_where_the_search_says() {
    for (name, graph, outcomes) in graphs() {
        let ends: BTreeSet<_> = graph.nodes.iter().filter_map(|node| node.end.as_ref()).map(key).collect();
        assert_eq!(ends, outcomes, "{name}");
    }
}

#[test]
fn every_state_can_be_reached_and_every_step_is_told() {
    for (name, graph, _) in graphs() {
        let reached: BTreeSet<_> = graph.edges.iter().map(|edge| edge.to).chain([0]).collect();
        assert_eq!(reached.len(), graph.nodes.len(), "{name}");
        assert!(graph.edges.is_sorted_by_key(|edge| edge.from), "{name}");
        assert!(graph.edges.iter().all(|edge| !edge.who.is_empty() && edge.what.len() > 3), "{name}");
        let mut steps: Vec<_> = graph.edges.iter().map(|edge| (edge.from, &edge.who, &edge.what)).collect();
        steps.sort();
        steps.dedup();
        assert_eq!(steps.len(), graph.edges.len(), "{name}: two steps from one state have the same words");
    }
}

#[test]
fn the_same_graph_is_drawn_in_the_same_words() {
    for ((name, one, _), (_, other, _)) in graphs().into_iter().zip(graphs()) {
        assert_eq!(dot(&one, &name), dot(&other, &name));
        assert_eq!(mermaid(&one), mermaid(&other));
        assert_eq!(dot(&one, &name).lines().count(), one.nodes.len() + one.edges.len() + 4);
    }
}

#[test]
fn too_much_is_too_much() {
    let entry = catalogue::find("pdf-shutdown").unwrap();
    let loaded = load(entry.source, &Setup::default()).unwrap();
    assert_eq!(graph(&loaded.program, &Limits::default(), 100), Err(TooLarge));
}
