//! A catalogue file that adds to another, read so that every fault has its line.

use serde_json::value::RawValue;

use super::{Catalogue, CatalogueError, compile::Found};
use crate::Definition;

/// What is wrong with a catalogue file, and where.
///
/// ```
/// let faults = robin_rbac::Catalogue::builtin().extend_with("[\n  7\n]").expect_err("a number is no capability");
/// assert_eq!(faults[0].to_string(), "line 2: not a capability as a catalogue has it: write an object");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {error}")]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The fault.
    pub error: CatalogueError,
}

/// Reads the definitions and has a catalogue made of them.
pub(super) fn read(
    file: &str,
    make: impl FnOnce(Vec<Definition>) -> Result<Catalogue, Vec<Found>>,
) -> Result<Catalogue, Vec<Fault>> {
    let parts: Vec<&RawValue> = serde_json::from_str(file).map_err(|error| vec![malformed(1, &error)])?;
    let parts: Vec<Part<'_>> = parts.iter().map(|part| Part::of(file, part.get())).collect();
    let (mut definitions, mut faults) = (Vec::with_capacity(parts.len()), Vec::new());
    for part in &parts {
        match part.definition() {
            Ok(definition) => definitions.push(definition),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let located = |Found { definition, error }| {
        let line = parts.get(definition).map_or(1, |part| part.line_of(&error));
        Fault { line, error }
    };
    make(definitions).map_err(|found| {
        let mut faults: Vec<Fault> = found.into_iter().map(located).collect();
        faults.sort_by_key(|fault| fault.line);
        faults
    })
}

/// One definition as it stands in the file.
struct Part<'a> {
    text: &'a str,
    line: usize,
}

impl<'a> Part<'a> {
    /// `text` is a part of the file.
    fn of(file: &str, text: &'a str) -> Self {
        let start = text.as_ptr().addr().saturating_sub(file.as_ptr().addr());
        Self { text, line: lines_in(file.get(..start)) + 1 }
    }

    fn definition(&self) -> Result<Definition, Fault> {
        // A list would do for the parser, too: the fields in the order that the source has them.
        if !self.text.starts_with('{') {
            return Err(Fault { line: self.line, error: CatalogueError::Malformed("write an object".to_owned()) });
        }
        serde_json::from_str(self.text).map_err(|error| malformed(self.line, &error))
    }

    /// The line of what the fault is about, as far as it can be told.
    fn line_of(&self, error: &CatalogueError) -> usize {
        let about = match error {
            CatalogueError::InvalidName { name, .. }
            | CatalogueError::ReservedName(name)
            | CatalogueError::DuplicateName(name) => name,
            CatalogueError::UnknownProvider { provider, .. } => provider,
            CatalogueError::Cycle { members } => members.get(1).or(members.first()).map_or("", String::as_str),
            // The capability as a whole, and its number.
            _ => "id",
        };
        let quoted = serde_json::Value::from(about).to_string();
        self.line + lines_in(self.text.find(&quoted).and_then(|start| self.text.get(..start)))
    }
}

fn lines_in(text: Option<&str>) -> usize {
    text.unwrap_or_default().matches('\n').count()
}

/// What the parser says of a text that begins on that line, without its own count of lines.
fn malformed(first: usize, error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    let problem = text.get(..end).unwrap_or_default().to_owned();
    Fault { line: first + error.line().saturating_sub(1), error: CatalogueError::Malformed(problem) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(file: &str) -> Vec<String> {
        let faults = Catalogue::builtin().extend_with(file).expect_err("something is wrong");
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let file = r#"[
  {"id": 10001, "name": "A", "capability_group": "G", "description": "", "tenant_roles": ["user"],
   "providers": [
     "ViewApplications",
     "Nothing",
     "Nobody"
   ],
   "capability_entries": []},
  {
    "id": 114,
    "name": "viewusers", "capability_group": "G", "description": "", "tenant_roles": [], "providers": [],
    "capability_entries": [
      {"object_type": "QUEUE", "operation": "view"},
      {"object_type": "A QUEUE",
       "operation": "a b"}
    ]
  },
  {"id": 10001, "name": "NoCapabilities", "capability_group": "G", "description": "", "tenant_roles": [],
   "providers": [], "capability_entries": []}
]"#;
        assert_eq!(
            faults(file),
            [
                "line 5: capability `A` names the unknown provider `Nothing`: name an existing capability",
                "line 6: capability `A` names the unknown provider `Nobody`: name an existing capability",
                "line 10: capability `viewusers` has the id 114: give it one from 10001 on",
                "line 11: the capability name `viewusers` is taken: choose another, letter case does not count",
                "line 14: invalid object type `A QUEUE`: use 1 to 64 letters, digits, `.`, `_` and `-`",
                "line 15: invalid operation `a b`: use 1 to 64 letters, digits, `.`, `_` and `-`",
                "line 18: the name `NoCapabilities` is reserved: choose another",
                "line 18: capability `NoCapabilities` has the id 10001, which another capability has: give it one of its own",
            ]
        );
    }

    #[test]
    fn a_cycle_is_told_where_it_can_be_cut() {
        let file = r#"[{"id": 10001, "name": "A", "capability_group": "G", "description": "", "tenant_roles": [],
  "providers": ["B"], "capability_entries": []},
 {"id": 10002, "name": "B", "capability_group": "G", "description": "", "tenant_roles": [],
  "providers": ["ViewUsers",
    "a"], "capability_entries": []}]"#;
        let cycle =
            "capabilities inherit each other in a cycle: `A` inherits `B` inherits `A`: remove one of these providers";
        assert_eq!(faults(file), [format!("line 2: {cycle}")]);
        let all = r#"[{"id": 10001, "name": "A", "capability_group": "G", "description": "", "tenant_roles": [],
  "providers": ["AllCapabilities"], "capability_entries": []}]"#;
        assert!(faults(all)[0].starts_with("line 2: capabilities inherit each other in a cycle: `A` inherits `All"));
    }

    #[test]
    fn what_is_no_list_of_capabilities_is_told_with_its_line() {
        let malformed = "not a capability as a catalogue has it";
        for (file, fault) in [
            ("[\n{},\n]", format!("line 3: {malformed}: trailing comma")),
            ("", format!("line 1: {malformed}: EOF while parsing a value")),
            ("{}", format!("line 1: {malformed}: invalid type: map, expected a sequence")),
            ("[\n[1]]", format!("line 2: {malformed}: write an object")),
        ] {
            assert_eq!(faults(file), [fault], "{file}");
        }
        let file = "[{\"id\": 10001},\n{\"id\": 10002,\n \"name\": 3}]";
        let expected = [
            format!("line 1: {malformed}: missing field `name`"),
            format!("line 3: {malformed}: invalid type: integer `3`, expected a string"),
        ];
        assert_eq!(faults(file), expected);
    }

    #[test]
    fn superadmins_hold_what_an_extension_adds_and_nobody_else_does_unasked() {
        let file = r#"[{"id": 10001, "name": "Queues", "capability_group": "Queues", "description": "",
            "tenant_roles": ["superadmin", "tenantadmin", "user"], "providers": [],
            "capability_entries": [{"object_type": "QUEUE", "operation": "view"}]}]"#;
        let catalogue = Catalogue::builtin().extend_with(file).unwrap();
        let view = catalogue.permission("QUEUE", "view").unwrap();
        let holds = |role| catalogue.resolve(catalogue.default_for(role)).contains(view);
        assert_eq!(
            crate::TenantRole::ALL.map(holds),
            crate::TenantRole::ALL.map(|role| role == crate::TenantRole::Superadmin)
        );
    }
}
