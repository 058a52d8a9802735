//! Decisions, resolution and traces against the oracle, in small random worlds.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    oracle::{self, Verdict, Who, closure, pair},
    world::{World, definitions, tangle, world},
};
use crate::{
    CapabilityId, Catalogue, CatalogueError, Decision, Definition, Denial, PermissionSet, Reason, Subject, decide,
    decide_as, explain,
};

fn subject<'a>(who: &'a Who, permissions: &'a PermissionSet) -> Subject<'a> {
    Subject { user: who.user, tenant: who.tenant, role: who.role, permissions, grants: who.grants.as_deref() }
}

fn verdict(decision: Decision) -> Verdict {
    assert_eq!(decision.allowed, decision.denial().is_none());
    match decision.denial() {
        None => Verdict::Allowed,
        Some(Denial::Unknown) => Verdict::Unknown,
        Some(Denial::Forbidden) => Verdict::Forbidden,
        Some(Denial::Hidden) => Verdict::Hidden,
    }
}

fn words(catalogue: &Catalogue, permissions: &PermissionSet) -> BTreeSet<oracle::Pair> {
    let words = permissions.iter().map(|permission| catalogue.describe(permission));
    words.map(|(object_type, operation)| pair(object_type, operation)).collect()
}

/// How many capabilities the shortest chain to one that has the pair among its own entries is long.
fn shortest(definitions: &[Definition], assigned: &[CapabilityId], wanted: &oracle::Pair) -> usize {
    let mut level: BTreeSet<CapabilityId> = assigned.iter().copied().collect();
    for length in 1..=definitions.len() {
        let mut here = definitions.iter().filter(|definition| level.contains(&definition.id));
        let gives = |definition: &Definition| {
            definition.entries.iter().any(|entry| pair(&entry.object_type, &entry.operation) == *wanted)
        };
        if here.clone().any(gives) {
            return length;
        }
        let names: Vec<&String> = here.by_ref().flat_map(|definition| &definition.providers).collect();
        let next = definitions.iter().filter(|other| names.iter().any(|name| name.eq_ignore_ascii_case(&other.name)));
        level = next.map(|definition| definition.id).collect();
    }
    0
}

fn check_chain(world: &World, catalogue: &Catalogue, chain: &[String], wanted: &oracle::Pair, held: bool) {
    assert_eq!(held, !chain.is_empty());
    assert_eq!(chain.len(), shortest(&world.definitions, &world.who.assigned, wanted));
    let chain: Vec<_> = chain.iter().map(|name| catalogue.capability(name).unwrap()).collect();
    if let (Some(first), Some(last)) = (chain.first(), chain.last()) {
        assert!(world.who.assigned.contains(&first.id()));
        let permission = catalogue.permission(&wanted.0, &wanted.1).unwrap();
        assert!(last.entries().contains(&permission));
    }
    for (heir, provider) in chain.iter().zip(chain.iter().skip(1)) {
        assert!(heir.providers().contains(&provider.id()));
    }
}

/// Enough that the rare turns of the rules come up in every run; `PROPTEST_CASES` can ask for more.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: default.cases.max(3_000), ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_decision_is_what_the_rules_say(world in world()) {
        let catalogue = Catalogue::from_definitions(world.definitions.clone()).unwrap();
        let permissions = catalogue.resolve(world.who.assigned.iter().copied());
        let decision = decide(&catalogue, &subject(&world.who, &permissions), &world.request());
        prop_assert_eq!(
            verdict(decision),
            oracle::decide(&world.definitions, &world.who, &world.request()),
            "{:?}", decision.reason
        );
    }

    #[test]
    fn resolution_follows_every_provider(definitions in definitions(), assigned in prop::collection::vec(1_i64..9, 0..4)) {
        let catalogue = Catalogue::from_definitions(definitions.clone()).unwrap();
        for capability in catalogue.capabilities() {
            let expected = oracle::permissions(&definitions, &[capability.id()]);
            prop_assert_eq!(words(&catalogue, capability.permissions()), expected);
        }
        let assigned: Vec<_> = assigned.into_iter().map(CapabilityId).collect();
        let resolved = catalogue.resolve(assigned.iter().copied());
        prop_assert_eq!(words(&catalogue, &resolved), oracle::permissions(&definitions, &assigned));
    }

    #[test]
    fn a_catalogue_made_in_two_steps_is_the_same(definitions in definitions(), split in 0_usize..8) {
        // Providers come later, so that the second half stands alone.
        let (heirs, base) = definitions.split_at(split.min(definitions.len()));
        let whole = Catalogue::from_definitions(definitions.clone()).unwrap();
        let high = |definition: &Definition| {
            Definition { id: CapabilityId(definition.id.0 + CapabilityId::FIRST_EXTRA.0), ..definition.clone() }
        };
        let grown = Catalogue::from_definitions(base.to_vec()).unwrap().extend(heirs.iter().map(high).collect()).unwrap();
        prop_assert_eq!(grown.capabilities().count(), definitions.len());
        for definition in &definitions {
            let in_whole = whole.capability(&definition.name).unwrap();
            let in_grown = grown.capability(&definition.name).unwrap();
            prop_assert_eq!(words(&whole, in_whole.permissions()), words(&grown, in_grown.permissions()));
            let names = |catalogue: &Catalogue, id| -> BTreeSet<String> {
                catalogue.inheritors(id).map(|heir| heir.name().to_owned()).collect()
            };
            prop_assert_eq!(names(&whole, in_whole.id()), names(&grown, in_grown.id()));
        }
    }

    #[test]
    fn exactly_the_cycles_are_refused_and_truly_are_cycles(definitions in tangle()) {
        let providers = |definition: &Definition| -> Vec<CapabilityId> {
            let named = |other: &&Definition| definition.providers.iter().any(|name| name.eq_ignore_ascii_case(&other.name));
            definitions.iter().filter(named).map(|provider| provider.id).collect()
        };
        let tangled = definitions.iter().any(|one| closure(&definitions, &providers(one)).contains(&one.id));
        match Catalogue::from_definitions(definitions.clone()) {
            Ok(_) => prop_assert!(!tangled),
            Err(CatalogueError::Cycle { members }) => {
                prop_assert!(!members.is_empty());
                for (heir, provider) in members.iter().zip(members.iter().cycle().skip(1)) {
                    let by_name = |name: &String| definitions.iter().find(|one| one.name == *name).unwrap();
                    prop_assert!(providers(by_name(heir)).contains(&by_name(provider).id));
                }
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn an_explanation_decides_alike_and_its_chains_exist(world in world()) {
        let catalogue = Catalogue::from_definitions(world.definitions.clone()).unwrap();
        let permissions = catalogue.resolve(world.who.assigned.iter().copied());
        let subject = subject(&world.who, &permissions);
        let explanation = explain(&catalogue, &subject, &world.who.assigned, &world.request());
        prop_assert_eq!(explanation.decision, decide(&catalogue, &subject, &world.request()));
        let held = oracle::permissions(&world.definitions, &world.who.assigned);
        for trace in [&explanation.trace.permission, &explanation.trace.view].into_iter().flatten() {
            let wanted = pair(&trace.object_type, &trace.operation);
            prop_assert_eq!(trace.held, held.contains(&wanted));
            check_chain(&world, &catalogue, &trace.chain, &wanted, trace.held);
        }
        if explanation.decision.allowed {
            prop_assert!(explanation.trace.permission.is_some());
            prop_assert_eq!(explanation.trace.view.is_some(), world.thing.is_some());
            let rule = explanation.trace.instance.as_ref().and_then(|instance| instance.rule);
            prop_assert_eq!(rule.unwrap_or(Reason::Permission), explanation.decision.reason);
        }
        let text = explanation.to_string();
        let answer = if explanation.decision.allowed { "allowed: " } else { "denied: " };
        prop_assert!(text.starts_with(answer));
        prop_assert!(serde_json::to_value(&explanation).unwrap().is_object());
    }

    #[test]
    fn deciding_as_the_permission_that_is_judged_anyway_changes_nothing(world in world()) {
        let catalogue = Catalogue::from_definitions(world.definitions.clone()).unwrap();
        let permissions = catalogue.resolve(world.who.assigned.iter().copied());
        let subject = subject(&world.who, &permissions);
        if let Some(permission) = catalogue.judged(world.object_type, world.operation) {
            let decision = decide_as(&catalogue, &subject, &world.request(), permission);
            prop_assert_eq!(decision, decide(&catalogue, &subject, &world.request()));
        }
    }

    #[test]
    fn more_permissions_or_fewer_grants_never_take_an_answer_away(world in world(), more in 1_i64..9) {
        let catalogue = Catalogue::from_definitions(world.definitions.clone()).unwrap();
        let permissions = catalogue.resolve(world.who.assigned.iter().copied());
        let subject = subject(&world.who, &permissions);
        if decide(&catalogue, &subject, &world.request()).allowed {
            let mut wider = permissions.clone();
            wider.union_with(&catalogue.resolve([CapabilityId(more)]));
            let wide = Subject { permissions: &wider, grants: None, ..subject };
            prop_assert!(decide(&catalogue, &wide, &world.request()).allowed);
        }
    }
}
