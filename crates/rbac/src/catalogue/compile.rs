//! From definitions to a catalogue: look names up, check the rules, resolve inheritance.

use std::sync::Arc;

use super::{Catalogue, CatalogueError, NO_CAPABILITIES};
use crate::{
    Capability, CapabilityId, Definition, Entry, Permission, PermissionSet, RoleSet, TenantRole,
    graph::Links,
    index::{Index, hash_folded, number},
    vocabulary::Vocabulary,
};

/// The group whose capabilities carry no roles of their own.
const ADMINISTRATION: &str = "Administration";

/// What inherits every capability of an extension, so that superadmins hold it and can hand it out: whoever lacks a
/// permission can give it to nobody.
const ALL_CAPABILITIES: &str = "AllCapabilities";

/// Which rules new definitions are held to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// A catalogue file: taken as it is, as far as it makes sense at all.
    File,
    /// A catalogue file that adds to another: its numbers must keep clear of those of custom capabilities.
    Extension,
    /// Custom capabilities: they add no words, and give nothing to a role that their providers are not for.
    Custom,
}

/// A capability on its way: its providers are still names, unless it comes from a catalogue.
struct Draft {
    capability: Capability,
    providers: Option<Vec<String>>,
    /// Which of the new definitions it is, if it is one.
    origin: Option<usize>,
}

/// What is wrong, and with which of the new definitions.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) definition: usize,
    pub(super) error: CatalogueError,
}

/// The catalogue of `known` capabilities and `new` definitions, whose words are all in the vocabulary or at fault.
///
/// # Errors
///
/// Everything that is wrong, in the order of the definitions; a cycle is looked for when nothing else is.
pub(super) fn compile(
    vocabulary: Arc<Vocabulary>,
    known: &[Capability],
    new: Vec<Definition>,
    rules: Rules,
) -> Result<Catalogue, Vec<Found>> {
    let mut faults = Vec::new();
    let mut drafts = Vec::with_capacity(known.len() + new.len());
    drafts.extend(known.iter().map(|known| Draft { capability: known.clone(), providers: None, origin: None }));
    for (origin, definition) in new.into_iter().enumerate() {
        let mut fault = |error| faults.push(Found { definition: origin, error });
        drafts.push(draft(origin, definition, &vocabulary, rules, &mut fault));
    }
    // The sort is stable: of two with the same number the later one is at fault.
    drafts.sort_by_key(|draft| draft.capability.id);
    check_ids(&drafts, rules, &mut faults);
    let names = index_names(&drafts, &mut faults);
    let providers = link(&drafts, &names, rules, &mut faults);
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.definition);
        return Err(faults);
    }
    let inheritors = providers.reversed();
    let order = providers.order(&inheritors).map_err(|members| vec![cycle(&drafts, members)])?;

    let mut capabilities: Vec<Capability> = drafts.into_iter().map(|draft| draft.capability).collect();
    resolve(&mut capabilities, &providers, &order);
    Ok(Catalogue { vocabulary, capabilities, names, inheritors })
}

/// Whether the text may name a capability, an object type or an operation.
fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

fn draft(
    origin: usize,
    definition: Definition,
    vocabulary: &Vocabulary,
    rules: Rules,
    fault: &mut impl FnMut(CatalogueError),
) -> Draft {
    let Definition { id, name, group, description, hidden, tenant_roles, providers, entries } = definition;
    if !is_name(&name) {
        fault(CatalogueError::InvalidName { kind: "capability name", name: name.clone() });
    }
    if name.eq_ignore_ascii_case(NO_CAPABILITIES) {
        fault(CatalogueError::ReservedName(name.clone()));
    }
    if rules == Rules::Extension && id < CapabilityId::FIRST_EXTRA {
        fault(CatalogueError::IdTooLow { name: name.clone(), id });
    }
    if rules == Rules::Custom && tenant_roles.is_empty() {
        fault(CatalogueError::NoRoles(name.clone()));
    }
    if rules == Rules::Custom && providers.is_empty() && entries.is_empty() {
        fault(CatalogueError::Empty(name.clone()));
    }
    let mut known = Vec::with_capacity(entries.len());
    for entry in entries {
        if rules != Rules::Custom {
            check_words(&entry, fault);
        }
        match look_up(&name, entry, vocabulary) {
            Ok(permission) => known.push(permission),
            Err(error) => fault(error),
        }
    }
    let entries = known;
    let usable_with = usable_with(&name, &group, &tenant_roles);
    let capability = Capability {
        id,
        name,
        group,
        description,
        hidden,
        declared_roles: tenant_roles,
        roles: usable_with,
        providers: Vec::new(),
        entries,
        permissions: PermissionSet::new(),
    };
    Draft { capability, providers: Some(providers), origin: Some(origin) }
}

/// A file's entries are the catalogue's words: they must look like names.
fn check_words(entry: &Entry, fault: &mut impl FnMut(CatalogueError)) {
    for (kind, word) in [("object type", &entry.object_type), ("operation", &entry.operation)] {
        if !is_name(word) {
            fault(CatalogueError::InvalidName { kind, name: word.clone() });
        }
    }
}

fn look_up(capability: &str, entry: Entry, vocabulary: &Vocabulary) -> Result<Permission, CatalogueError> {
    let Entry { object_type, operation } = entry;
    if let Some(permission) = vocabulary.permission(&object_type, &operation) {
        return Ok(permission);
    }
    let capability = capability.to_owned();
    Err(if vocabulary.has_type(&object_type) {
        CatalogueError::UnknownOperation { capability, object_type, operation }
    } else {
        CatalogueError::UnknownObjectType { capability, object_type }
    })
}

fn usable_with(name: &str, group: &str, declared: &[TenantRole]) -> RoleSet {
    if group != ADMINISTRATION || !declared.is_empty() {
        return declared.iter().copied().collect();
    }
    let default_for = TenantRole::ALL.into_iter().find(|role| role.default_capability().eq_ignore_ascii_case(name));
    RoleSet::from_iter([default_for.unwrap_or(TenantRole::Superadmin)])
}

fn check_ids(drafts: &[Draft], rules: Rules, faults: &mut Vec<Found>) {
    // Of one that is too low that was said already.
    let drafts = if rules == Rules::Extension { beyond_custom(drafts) } else { drafts };
    for (one, next) in drafts.iter().zip(drafts.iter().skip(1)) {
        let Capability { id, name, .. } = &next.capability;
        if one.capability.id == *id {
            faults.extend(next.fault(CatalogueError::DuplicateId { name: name.clone(), id: *id }));
        }
    }
}

/// The drafts with the numbers of extensions. They are in order.
fn beyond_custom(drafts: &[Draft]) -> &[Draft] {
    let first = drafts.partition_point(|draft| draft.capability.id < CapabilityId::FIRST_EXTRA);
    drafts.get(first..).unwrap_or_default()
}

fn index_names(drafts: &[Draft], faults: &mut Vec<Found>) -> Index {
    let mut names = Index::with_capacity(drafts.len());
    for (position, draft) in (0..).zip(drafts) {
        let name = &draft.capability.name;
        if let Some(first) = find(drafts, &names, name).and_then(|first| drafts.get(first as usize)) {
            // Of a new one and one that was there, the new one is at fault, whatever their numbers.
            let fault = draft.fault(CatalogueError::DuplicateName(name.clone()));
            faults.extend(fault.or_else(|| first.fault(CatalogueError::DuplicateName(name.clone()))));
        } else {
            names.insert(hash_folded(name), position);
        }
    }
    names
}

fn find(drafts: &[Draft], names: &Index, name: &str) -> Option<u32> {
    names.find(hash_folded(name), |position| {
        drafts.get(position as usize).is_some_and(|draft| draft.capability.name.eq_ignore_ascii_case(name))
    })
}

/// Looks up what each draft inherits.
fn link(drafts: &[Draft], names: &Index, rules: Rules, faults: &mut Vec<Found>) -> Links {
    let mut links = Links::with_capacity(drafts.len(), drafts.len());
    for draft in drafts {
        for provider in draft.providers.iter().flatten() {
            match find(drafts, names, provider) {
                Some(position) => links.push(position),
                None => faults.extend(draft.fault(CatalogueError::UnknownProvider {
                    capability: draft.capability.name.clone(),
                    provider: provider.clone(),
                })),
            }
        }
        if draft.providers.is_none() {
            let known = draft
                .capability
                .providers
                .iter()
                .filter_map(|id| drafts.binary_search_by_key(id, |other| other.capability.id).ok());
            known.for_each(|position| links.push(number(position)));
            if rules == Rules::Extension && draft.capability.name == ALL_CAPABILITIES {
                let new = (0..).zip(drafts).filter(|(_, other)| other.origin.is_some());
                new.for_each(|(position, _)| links.push(position));
            }
        } else if rules == Rules::Custom {
            check_roles(drafts, draft, links.unfinished(), faults);
        }
        links.finish_node();
    }
    links
}

fn check_roles(drafts: &[Draft], draft: &Draft, providers: &[u32], faults: &mut Vec<Found>) {
    let Capability { name, roles, .. } = &draft.capability;
    for Draft { capability: provider, .. } in providers.iter().filter_map(|position| drafts.get(*position as usize)) {
        if let Some(role) = roles.iter().find(|role| !provider.roles.contains(*role)) {
            let (capability, provider) = (name.clone(), provider.name.clone());
            faults.extend(draft.fault(CatalogueError::ProviderRole { capability, provider, role }));
        }
    }
}

/// The cycle, told from a new member on: what was there before has none.
fn cycle(drafts: &[Draft], mut members: Vec<u32>) -> Found {
    let origin = |member: &u32| drafts.get(*member as usize).and_then(|draft| draft.origin);
    let first = members.iter().position(|member| origin(member).is_some()).unwrap_or_default();
    members.rotate_left(first);
    let definition = members.first().and_then(origin).unwrap_or_default();
    let members = members.iter().filter_map(|position| drafts.get(*position as usize));
    let members = members.map(|draft| draft.capability.name.clone()).collect();
    Found { definition, error: CatalogueError::Cycle { members } }
}

impl Draft {
    /// That this is wrong with it; what comes from a catalogue has no fault.
    fn fault(&self, error: CatalogueError) -> Option<Found> {
        self.origin.map(|definition| Found { definition, error })
    }
}

/// Unites, in an order in which providers come first, what each capability gives itself and what it inherits.
fn resolve(capabilities: &mut [Capability], providers: &Links, order: &[u32]) {
    for position in order {
        let inherited = providers.of(*position).iter().filter_map(|provider| capabilities.get(*provider as usize));
        let ids = inherited.clone().map(|provider| provider.id).collect();
        let own = capabilities.get(*position as usize).map(Capability::entries).unwrap_or_default();
        let permissions = PermissionSet::union_of(inherited.map(|provider| &provider.permissions), own);
        let resolved = (ids, permissions);
        // There is one at each position.
        capabilities.iter_mut().skip(*position as usize).take(1).zip([resolved]).for_each(|(capability, resolved)| {
            (capability.providers, capability.permissions) = resolved;
        });
    }
}
