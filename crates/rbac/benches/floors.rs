//! The crate beside the least that could do the same job: standard maps and a memoised search.
//!
//! What counts are the ratios of one run: each group measures ours and its floor with the same input.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench that breaks may stop")]

use std::{collections::HashMap, hint::black_box};

use criterion::{Criterion, criterion_group, criterion_main};
use robin_rbac::{
    CapabilityId, Catalogue, Definition, Entry, PermissionSet, Request, Subject, TenantId, TenantRole, UserId, decide,
};

const BUILTIN: &str = include_str!("../src/catalogue/builtin.json");

/// A decision from texts: ours, and three look-ups in standard maps (user, tenant, pair) with a bit test.
fn decision(criterion: &mut Criterion) {
    let catalogue = Catalogue::builtin();
    let permissions = catalogue.resolve(catalogue.default_for(TenantRole::User));
    let members: HashMap<i64, HashMap<i64, PermissionSet>> =
        (0..1_000).map(|user| (user, (0..5).map(|tenant| (tenant, permissions.clone())).collect())).collect();
    let words: HashMap<(&str, &str), usize> =
        catalogue.permissions().map(|permission| (catalogue.describe(permission), permission.index())).collect();
    let bits: HashMap<i64, HashMap<i64, [u64; 5]>> =
        members.keys().map(|user| (*user, (0..5).map(|tenant| (tenant, as_bits(&permissions))).collect())).collect();

    let mut group = criterion.benchmark_group("decide");
    for (name, object_type, operation) in [("allow", "APPLICATION", "start"), ("deny", "USER", "delete")] {
        let subject = Subject {
            user: UserId(15),
            tenant: TenantId(1),
            role: TenantRole::User,
            permissions: &permissions,
            grants: None,
        };
        group.bench_function(format!("ours/{name}"), |bencher| {
            bencher.iter(|| {
                let request = Request::on_type(black_box(object_type), black_box(operation));
                decide(&catalogue, black_box(&subject), &request).allowed
            });
        });
        group.bench_function(format!("ours with membership maps/{name}"), |bencher| {
            bencher.iter(|| {
                let permissions = &members[&black_box(15)][&black_box(1)];
                let request = Request::on_type(black_box(object_type), black_box(operation));
                decide(&catalogue, &Subject { permissions, ..subject }, &request).allowed
            });
        });
        group.bench_function(format!("floor/{name}"), |bencher| {
            bencher.iter(|| {
                let bits = &bits[&black_box(15)][&black_box(1)];
                let index = words[&(black_box(object_type), black_box(operation))];
                bits[index / 64] >> (index % 64) & 1 == 1
            });
        });
    }
    group.finish();
}

/// From the text of the built-in catalogue to resolved sets: ours, which checks it too, and parsing with a bare search.
fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    group.bench_function("ours", |bencher| bencher.iter(|| Catalogue::parse(black_box(BUILTIN)).unwrap()));
    group.bench_function("floor", |bencher| {
        bencher.iter(|| search(&serde_json::from_str::<Vec<Definition>>(black_box(BUILTIN)).unwrap()));
    });
    group.finish();
}

/// Ten thousand capabilities in fifty layers, each inheriting four of the next: ours from definitions, and a bare search
/// over numbers.
fn layers(criterion: &mut Criterion) {
    let definitions = layered(10_000, 50, 4);
    let providers: Vec<Vec<usize>> = definitions.iter().map(|definition| numbers(&definition.providers)).collect();
    let mut group = criterion.benchmark_group("layers");
    group.sample_size(20);
    group.bench_function("ours", |bencher| {
        bencher.iter_batched(
            || definitions.clone(),
            |definitions| Catalogue::from_definitions(definitions).unwrap(),
            criterion::BatchSize::LargeInput,
        );
    });
    group.bench_function("floor", |bencher| bencher.iter(|| closure(black_box(&providers))));
    group.finish();

    let catalogue = Catalogue::from_definitions(definitions).unwrap();
    let mut group = criterion.benchmark_group("look-up in layers");
    for (name, id) in [("top", 1), ("bottom", 10_000)] {
        let permissions = catalogue.resolve([CapabilityId(id)]);
        let subject = Subject {
            user: UserId(15),
            tenant: TenantId(1),
            role: TenantRole::User,
            permissions: &permissions,
            grants: None,
        };
        group.bench_function(name, |bencher| {
            let request = Request::on_type("THING", "p9999");
            bencher.iter(|| decide(&catalogue, black_box(&subject), black_box(&request)).allowed);
        });
    }
    group.finish();
}

fn as_bits(set: &PermissionSet) -> [u64; 5] {
    set.iter().fold([0; 5], |mut bits, permission| {
        bits[permission.index() / 64] |= 1 << (permission.index() % 64);
        bits
    })
}

fn search(definitions: &[Definition]) -> Vec<Option<[u64; 5]>> {
    let names: HashMap<&str, usize> =
        definitions.iter().enumerate().map(|(place, definition)| (definition.name.as_str(), place)).collect();
    let mut words: HashMap<(&str, &str), usize> = HashMap::new();
    for entry in definitions.iter().flat_map(|definition| &definition.entries) {
        let next = words.len();
        words.entry((&entry.object_type, &entry.operation)).or_insert(next);
    }
    let mut sets = vec![None; definitions.len()];
    for place in 0..definitions.len() {
        visit(place, definitions, &names, &words, &mut sets);
    }
    sets
}

fn visit(
    place: usize,
    definitions: &[Definition],
    names: &HashMap<&str, usize>,
    words: &HashMap<(&str, &str), usize>,
    sets: &mut [Option<[u64; 5]>],
) -> [u64; 5] {
    if let Some(done) = sets[place] {
        return done;
    }
    let mut set = [0; 5];
    for entry in &definitions[place].entries {
        let index = words[&(entry.object_type.as_str(), entry.operation.as_str())];
        set[index / 64] |= 1 << (index % 64);
    }
    for provider in &definitions[place].providers {
        let inherited = visit(names[provider.as_str()], definitions, names, words, sets);
        set.iter_mut().zip(inherited).for_each(|(word, more)| *word |= more);
    }
    sets[place] = Some(set);
    set
}

fn layered(count: usize, depth: usize, fan_out: usize) -> Vec<Definition> {
    let width = count / depth;
    let definition = |place: usize| {
        let (layer, column) = (place / width, place % width);
        let below = |step: usize| format!("C{}", (layer + 1) * width + (column * 3 + step * 7) % width);
        Definition {
            id: CapabilityId(i64::try_from(place).unwrap() + 1),
            name: format!("C{place}"),
            group: "Layers".into(),
            description: String::new(),
            hidden: false,
            tenant_roles: vec![TenantRole::User],
            providers: if layer + 1 < depth { (0..fan_out).map(below).collect() } else { Vec::new() },
            entries: vec![Entry { object_type: "THING".into(), operation: format!("p{place}") }],
        }
    };
    (0..count).map(definition).collect()
}

fn numbers(names: &[String]) -> Vec<usize> {
    names.iter().map(|name| name[1..].parse().unwrap()).collect()
}

fn closure(providers: &[Vec<usize>]) -> Vec<Vec<u64>> {
    let words = providers.len().div_ceil(64);
    let mut sets: Vec<Vec<u64>> = vec![Vec::new(); providers.len()];
    // Providers are in later layers, so that going backwards meets them first, as a memoised search would.
    for place in (0..providers.len()).rev() {
        let mut set = vec![0; words];
        set[place / 64] |= 1 << (place % 64);
        for provider in &providers[place] {
            set.iter_mut().zip(&sets[*provider]).for_each(|(word, more)| *word |= more);
        }
        sets[place] = set;
    }
    sets
}

criterion_group!(benches, decision, load, layers);
criterion_main!(benches);
