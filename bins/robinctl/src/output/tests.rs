//! Golden outputs. The expected text is the documents', where they show one.

use serde_json::{Value, json};

use super::*;

fn printed(format: Format, print: impl FnOnce(&mut Output)) -> String {
    #[derive(Clone, Default)]
    struct Shared(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let shared = Shared::default();
    print(&mut Output { format, to: Box::new(shared.clone()) });
    let bytes = shared.0.borrow().clone();
    String::from_utf8(bytes).unwrap()
}

fn users() -> Table {
    let mut table = Table::new(Style::Plain, &["ID", "Username", "Full Name"]);
    table.row(["3".into(), "admin".into(), "Robin Systems".into()]);
    table.row(["10".into(), "李小龙-x".into(), String::new()]);
    table
}

#[test]
fn a_plain_table_has_a_rule_and_no_blanks_at_either_end() {
    let expected = "\
ID | Username | Full Name
---+----------+---------------
3  | admin    | Robin Systems
10 | 李小龙-x |
";
    assert_eq!(users().render(), expected);
}

#[test]
fn a_boxed_table_has_a_frame() {
    let mut table = Table::new(Style::Boxed, &["Name", "Owner/Tenant", "Primary Namespace"]);
    table.row(["t004-u000011".into(), "admin3/t3".into(), truth(true)]);
    table.row(["user5-ns".into(), "admin3/t3".into(), truth(false)]);
    let expected = "\
+--------------+--------------+-------------------+
| Name         | Owner/Tenant | Primary Namespace |
+--------------+--------------+-------------------+
| t004-u000011 | admin3/t3    | True              |
| user5-ns     | admin3/t3    | False             |
+--------------+--------------+-------------------+
";
    assert_eq!(table.render(), expected);
}

#[test]
fn an_empty_table_is_its_header() {
    let table = Table::new(Style::Plain, &["Group", "Name"]);
    assert_eq!(table.render(), "Group | Name\n------+------\n");
}

#[test]
fn sec_43_cells_cannot_repaint_the_terminal() {
    let mut table = Table::new(Style::Plain, &["Name"]);
    table.row(["\u{1b}[2J\nfake row".into()]);
    assert_eq!(table.render(), "Name\n---------------------\n\\u{1b}[2J\\nfake row\n".replace("--\n\\", "-\n\\"));
}

#[test]
fn sec_43_csv_has_the_columns_and_no_formulas() {
    let mut table = Table::new(Style::Plain, &["Name", "Full Name"]);
    table.row(["a".into(), "=HYPERLINK(\"x\")".into()]);
    table.row(["b".into(), "Smith, \"Al\"".into()]);
    let expected = "Name,Full Name\na,\"'=HYPERLINK(\"\"x\"\")\"\nb,\"Smith, \"\"Al\"\"\"\n";
    assert_eq!(printed(Format::Csv, |output| output.table(&table, &()).unwrap()), expected);
}

#[test]
fn sec_43_csv_cannot_repaint_the_terminal() {
    let mut table = Table::new(Style::Plain, &["Name"]);
    table.row(["a\u{1b}[2J\u{9b}\u{202e}\r\nb".into()]);
    table.row(["\t=1+1".into()]);
    let expected = "Name\na\\u{1b}[2J\\u{9b}\\u{202e}\\r\\nb\n\\t=1+1\n";
    assert_eq!(printed(Format::Csv, |output| output.table(&table, &()).unwrap()), expected);
    let details = Details(vec![("Name", "=1\u{1b}[2J".into())]);
    assert_eq!(details.csv().unwrap(), "Name\n'=1\\u{1b}[2J\n");
}

#[test]
fn json_and_yaml_are_the_items_themselves() {
    let items = json!([{"name": "a", "hidden": false}]);
    let text = printed(Format::Json, |output| output.table(&users(), &items).unwrap());
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), items);
    assert!(text.starts_with("[\n  {\n"), "{text}");
    let text = printed(Format::Yaml, |output| output.table(&users(), &items).unwrap());
    assert_eq!(serde_saphyr::from_str::<Value>(&text).unwrap(), items, "{text}");
}

#[test]
fn sec_43_yaml_cannot_repaint_the_terminal() {
    let items = json!([{"name": "a\u{1b}[2J\u{9b}\u{202e}\u{7f}b"}]);
    let text = printed(Format::Yaml, |output| output.table(&users(), &items).unwrap());
    assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{7f}']), "{text:?}");
    assert_eq!(serde_saphyr::from_str::<Value>(&text).unwrap(), items, "{text}");
}

#[test]
fn a_message_ends_in_one_newline_however_many_it_came_with() {
    for message in ["Deleted user user2.", "Deleted user user2.\n\n"] {
        let reply = Message { message: message.to_owned() };
        assert_eq!(printed(Format::Table, |output| output.message(&reply).unwrap()), "Deleted user user2.\n");
        let json: Value =
            serde_json::from_str(&printed(Format::Json, |output| output.message(&reply).unwrap())).unwrap();
        assert_eq!(json, json!({"message": message}));
    }
}

#[test]
fn details_stand_below_each_other() {
    let details = Details(vec![("User", "robin".into()), ("Tenant", "t1".into()), ("Namespace", String::new())]);
    assert_eq!(details.render(), "User:      robin\nTenant:    t1\nNamespace:\n");
    assert_eq!(details.csv().unwrap(), "User,Tenant,Namespace\nrobin,t1,\n");
}
