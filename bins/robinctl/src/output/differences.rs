//! What a change would make different, as a table.

use robin_api::rehearsal::{Differences, MemberDifference, ObjectDifference, RoleDifference};

use super::{Format, Output, Style, Table};
use crate::error::Error;

impl Output {
    /// Prints what a change would make different.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn differences(&mut self, found: &Differences) -> Result<(), Error> {
        if self.format == Format::Table && found.members.is_empty() && found.objects.is_empty() {
            return self.said("Nothing would change for anybody you reach.", found);
        }
        self.table(&table(found), found)
    }
}

fn table(found: &Differences) -> Table {
    let mut table = Table::new(Style::Plain, &["Who", "Tenant", "Object", "Role", "Gains", "Loses"]);
    for MemberDifference { username, tenant, gains, loses, role } in &found.members {
        let role = role.map(changed).unwrap_or_default();
        table.row([username.clone(), tenant.clone(), String::new(), role, gains.join(","), loses.join(",")]);
    }
    for ObjectDifference { object_type, id, who, gains, loses } in &found.objects {
        let username = who.username.clone().unwrap_or_else(|| "(all members)".to_owned());
        let object = format!("{object_type}/{id}");
        table.row([username, who.tenant.clone(), object, String::new(), gains.join(","), loses.join(",")]);
    }
    table
}

fn changed(RoleDifference { from, to }: RoleDifference) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} -> {to}"),
        (None, Some(to)) => format!("joins as {to}"),
        (Some(from), None) => format!("leaves as {from}"),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_says_who_gains_and_loses_what() {
        let found = json!({
            "dry_run": true,
            "members": [
                {"username": "ann", "tenant": "t1", "gains": ["A:x", "A:y"], "loses": [],
                 "role": {"from": "user", "to": "tenantadmin"}},
                {"username": "bob", "tenant": "t1", "gains": [], "loses": ["A:x"]},
            ],
            "objects": [
                {"type": "BACKUP", "id": "b", "who": {"tenant": "t2"}, "gains": ["view"], "loses": []},
                {"type": "BACKUP", "id": "b", "who": {"username": "bob", "tenant": "t1"}, "gains": [], "loses": ["view"]},
            ],
        });
        let expected = "\
Who           | Tenant | Object   | Role                | Gains   | Loses
--------------+--------+----------+---------------------+---------+-------
ann           | t1     |          | user -> tenantadmin | A:x,A:y |
bob           | t1     |          |                     |         | A:x
(all members) | t2     | BACKUP/b |                     | view    |
bob           | t1     | BACKUP/b |                     |         | view
";
        assert_eq!(table(&serde_json::from_value(found).unwrap()).render(), expected);
    }
}
