//! Databases of other versions of the program.

use std::fs;

use robin_testkit::{Server, database};

use crate::bad_input::databases::does_not_start;

crate::on_both_engines!(rel_04_a_newer_schema_is_refused_untouched);

async fn rel_04_a_newer_schema_is_refused_untouched(mut server: Server) {
    drop(server.stop());
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT 99999999999999, 'of a later day', success, checksum, execution_time FROM _sqlx_migrations LIMIT 1";
    database::execute(&server.how().database_url(), newer).await;
    let file = server.data_dir().join("robin.db");
    let before = fs::read(&file).ok();
    does_not_start(&server.how(), "99999999999999");
    for command in [&["migrate"][..], &["backup", "file"]] {
        let complaint = server.how().run(command, "").failed(1);
        assert!(complaint.contains("this program knows versions up to"), "{command:?}: {complaint}");
    }
    assert!(fs::read(&file).ok() == before, "the file was written to");
}
