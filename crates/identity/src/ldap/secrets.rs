//! Attributes that nobody reads through Robin, whatever the directory would show.

/// What directories call passwords, their hashes and keys, in lower case.
const SECRET: [&str; 23] = [
    "authpassword",
    "dbcspwd",
    "ipanthash",
    "krbprincipalkey",
    "lmpwdhistory",
    "ms-mcs-admpwd",
    "msds-managedpassword",
    "mslaps-encryptedpassword",
    "mslaps-password",
    "ntpwdhistory",
    "olcrootpw",
    "pwdhistory",
    "sambalmpassword",
    "sambantpassword",
    "sambapasswordhistory",
    "supplementalcredentials",
    "trustauthincoming",
    "trustauthoutgoing",
    "unicodepwd",
    "unixuserpassword",
    "userpassword",
    "userpkcs12",
    "2.5.4.35",
];

/// Whether this attribute holds a secret, whatever options are behind its name.
pub(super) fn is_secret(attribute: &str) -> bool {
    let name = attribute.split(';').next().unwrap_or_default().to_ascii_lowercase();
    SECRET.contains(&name.as_str())
}
