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
}

/// The catalogue of `known` capabilities and `new` definitions, whose words are all in the vocabulary or at fault.
pub(super) fn compile(
    vocabulary: Arc<Vocabulary>,
    known: &[Capability],
    new: Vec<Definition>,
    rules: Rules,
) -> Result<Catalogue, CatalogueError> {
    let mut drafts = Vec::with_capacity(known.len() + new.len());
    drafts.extend(known.iter().map(|capability| Draft { capability: capability.clone(), providers: None }));
    for definition in new {
        drafts.push(draft(definition, &vocabulary, rules)?);
    }
    // The sort is stable: of two with the same number the later one is at fault.
    drafts.sort_by_key(|draft| draft.capability.id);
    check_ids(&drafts)?;
    let names = index_names(&drafts)?;
    let providers = link(&drafts, &names, rules)?;
    let inheritors = providers.reversed();
    let order = providers.order(&inheritors).map_err(|members| cycle(&drafts, &members))?;

    let mut capabilities: Vec<Capability> = drafts.into_iter().map(|draft| draft.capability).collect();
    resolve(&mut capabilities, &providers, &order);
    Ok(Catalogue { vocabulary, capabilities, names, inheritors })
}

/// Whether the text may name a capability, an object type or an operation.
pub(super) fn check_name(kind: &'static str, name: &str) -> Result<(), CatalogueError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if (1..=64).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(());
    }
    Err(CatalogueError::InvalidName { kind, name: name.to_owned() })
}

fn draft(definition: Definition, vocabulary: &Vocabulary, rules: Rules) -> Result<Draft, CatalogueError> {
    let Definition { id, name, group, description, hidden, tenant_roles, providers, entries } = definition;
    check_name("capability name", &name)?;
    if name.eq_ignore_ascii_case(NO_CAPABILITIES) {
        return Err(CatalogueError::ReservedName(name));
    }
    if rules == Rules::Extension && id < CapabilityId::FIRST_EXTRA {
        return Err(CatalogueError::IdTooLow { name, id });
    }
    if rules == Rules::Custom && tenant_roles.is_empty() {
        return Err(CatalogueError::NoRoles(name));
    }
    if rules == Rules::Custom && providers.is_empty() && entries.is_empty() {
        return Err(CatalogueError::Empty(name));
    }
    let entries = entries.into_iter().map(|entry| look_up(&name, entry, vocabulary)).collect::<Result<_, _>>()?;
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
    Ok(Draft { capability, providers: Some(providers) })
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

fn check_ids(drafts: &[Draft]) -> Result<(), CatalogueError> {
    let mut pairs = drafts.iter().zip(drafts.iter().skip(1));
    match pairs.find(|(one, next)| one.capability.id == next.capability.id) {
        Some((_, Draft { capability, .. })) => {
            Err(CatalogueError::DuplicateId { name: capability.name.clone(), id: capability.id })
        }
        None => Ok(()),
    }
}

fn index_names(drafts: &[Draft]) -> Result<Index, CatalogueError> {
    let mut names = Index::with_capacity(drafts.len());
    for (position, Draft { capability, .. }) in (0..).zip(drafts) {
        if find(drafts, &names, &capability.name).is_some() {
            return Err(CatalogueError::DuplicateName(capability.name.clone()));
        }
        names.insert(hash_folded(&capability.name), position);
    }
    Ok(names)
}

fn find(drafts: &[Draft], names: &Index, name: &str) -> Option<u32> {
    names.find(hash_folded(name), |position| {
        drafts.get(position as usize).is_some_and(|draft| draft.capability.name.eq_ignore_ascii_case(name))
    })
}

/// Looks up what each draft inherits.
fn link(drafts: &[Draft], names: &Index, rules: Rules) -> Result<Links, CatalogueError> {
    let mut links = Links::with_capacity(drafts.len(), drafts.len());
    for draft in drafts {
        for provider in draft.providers.iter().flatten() {
            let position = find(drafts, names, provider).ok_or_else(|| CatalogueError::UnknownProvider {
                capability: draft.capability.name.clone(),
                provider: provider.clone(),
            })?;
            links.push(position);
        }
        if draft.providers.is_none() {
            let known = draft
                .capability
                .providers
                .iter()
                .filter_map(|id| drafts.binary_search_by_key(id, |other| other.capability.id).ok());
            known.for_each(|position| links.push(number(position)));
        } else if rules == Rules::Custom {
            check_roles(drafts, draft, links.unfinished())?;
        }
        links.finish_node();
    }
    Ok(links)
}

fn check_roles(drafts: &[Draft], draft: &Draft, providers: &[u32]) -> Result<(), CatalogueError> {
    let Capability { name, roles, .. } = &draft.capability;
    for Draft { capability: provider, .. } in providers.iter().filter_map(|position| drafts.get(*position as usize)) {
        if let Some(role) = roles.iter().find(|role| !provider.roles.contains(*role)) {
            return Err(CatalogueError::ProviderRole {
                capability: name.clone(),
                provider: provider.name.clone(),
                role,
            });
        }
    }
    Ok(())
}

fn cycle(drafts: &[Draft], members: &[u32]) -> CatalogueError {
    let members = members.iter().filter_map(|position| drafts.get(*position as usize));
    CatalogueError::Cycle { members: members.map(|draft| draft.capability.name.clone()).collect() }
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
