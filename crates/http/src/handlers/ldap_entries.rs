//! Users and groups of directories.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use futures_util::StreamExt;
use robin_api::ldap_entries::{
    GroupWord, LdapEntry, LdapGroup, LdapGroupName, LdapMember, LdapMembers, LdapPerson, LdapUser, LdapValue,
    ListLdapGroups, ListLdapUsers, UserWord,
};
use robin_service::{
    Ctx, Flow, Result,
    directory::{self, Group, GroupName, Member, Person, RawEntry, RawValue, Wanted},
};

use crate::endpoints::Endpoints;

pub fn mount(endpoints: &mut Endpoints) {
    endpoints.flow::<ListLdapUsers, _, _>(users);
    endpoints.flow::<ListLdapGroups, _, _>(groups);
}

async fn users(ctx: Arc<Ctx>, input: ListLdapUsers) -> Result<Flow<LdapUser>> {
    let ListLdapUsers { ldap_server_name, users, ldap_filter, search_base, raw } = input;
    let names = users.unwrap_or_default();
    let wanted = Wanted { server: ldap_server_name, names, filter: ldap_filter, base: search_base };
    Ok(if raw {
        mapped(directory::raw_users(&ctx, &wanted).await?, |entry| LdapUser::Raw(raw_entry(entry)))
    } else {
        mapped(directory::users(&ctx, &wanted).await?, |user| LdapUser::Read(person(user)))
    })
}

async fn groups(ctx: Arc<Ctx>, input: ListLdapGroups) -> Result<Flow<LdapGroup>> {
    let ListLdapGroups { ldap_server_name, groups, ldap_filter, search_base, raw } = input;
    let names = groups.unwrap_or_default();
    let wanted = Wanted { server: ldap_server_name, names, filter: ldap_filter, base: search_base };
    Ok(if raw {
        mapped(directory::raw_groups(&ctx, &wanted).await?, |entry| LdapGroup::Raw(raw_entry(entry)))
    } else {
        mapped(directory::groups(&ctx, &wanted).await?, |group| LdapGroup::Read(members(group)))
    })
}

fn mapped<T: 'static, U: 'static>(flow: Flow<T>, turn: fn(T) -> U) -> Flow<U> {
    flow.map(move |piece| piece.map(|piece| piece.map(turn))).boxed()
}

fn person(person: Person) -> LdapPerson {
    LdapPerson {
        username: person.username,
        distinguished_name: person.distinguished_name,
        email_address: person.email_address,
        object_sid: person.object_sid,
        last_name: person.last_name,
        first_name: person.first_name,
        user_principal_name: person.user_principal_name,
        display_name: person.display_name,
    }
}

fn members(group: Group) -> LdapMembers {
    let member = |member| match member {
        Member::User(user) => LdapMember::User(UserWord::User, person(user)),
        Member::Group(GroupName { name, distinguished_name }) => {
            LdapMember::Group(GroupWord::Group, LdapGroupName { name, distinguished_name })
        }
    };
    LdapMembers { name: group.name, members: group.members.into_iter().map(member).collect() }
}

fn raw_entry(entry: RawEntry) -> LdapEntry {
    let value = |value| match value {
        RawValue::Text(text) => LdapValue::Text(text),
        RawValue::Bytes(bytes) => LdapValue::Bytes { base64: BASE64_STANDARD.encode(bytes) },
    };
    let mut attributes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (name, values) in entry.attributes {
        attributes.entry(name).or_default().extend(values.into_iter().map(value));
    }
    LdapEntry { dn: entry.dn, attributes }
}
