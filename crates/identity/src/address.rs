//! Which addresses a directory or a cluster may have.
//!
//! A name is looked up once, and the connection goes to the address that was judged: whoever owns the name can't answer
//! differently the second time. Both live in private networks, so those and this machine are allowed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::lookup_host;

/// Why a name leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unresolved {
    /// There is no such host.
    #[error("host not found ({0})")]
    NotFound(String),
    /// It is at an address at which nobody may be asked.
    #[error("the address {0} is not one that may be asked")]
    Forbidden(IpAddr),
}

/// Addresses at which clouds tell machines their secrets, beside those that are local to a link.
const METADATA: [IpAddr; 5] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// The addresses of `host` that may be asked, in the order in which they were given.
///
/// # Errors
/// [`Unresolved::NotFound`] when there are none, [`Unresolved::Forbidden`] when there are only others.
pub(crate) async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, Unresolved> {
    let found = lookup_host((host, port)).await.map_err(|error| Unresolved::NotFound(error.to_string()))?;
    let (forbidden, allowed): (Vec<_>, Vec<_>) = found.partition(|address| is_forbidden(address.ip()));
    match forbidden.first() {
        _ if !allowed.is_empty() => Ok(allowed),
        Some(address) => Err(Unresolved::Forbidden(address.ip())),
        None => Err(Unresolved::NotFound("it has no address".to_owned())),
    }
}

/// Whether nobody may be asked at this address, however it is written.
pub(crate) fn is_forbidden(ip: IpAddr) -> bool {
    let ip = match ip {
        IpAddr::V6(v6) => embedded(v6).map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    };
    let is_special = match ip {
        IpAddr::V4(v4) => v4.is_link_local() || v4.octets()[0] == 0 || v4.octets()[0] >= 224,
        IpAddr::V6(v6) => v6.is_unicast_link_local() || v6.is_multicast() || v6.is_unspecified(),
    };
    is_special || METADATA.contains(&ip)
}

/// The address of the older kind that is meant: mapped (RFC 4291), compatible, translated (RFC 6052) or tunnelled (RFC 3056).
fn embedded(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let from = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            from(high, low)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sec_08_a_directory_is_never_at_an_address_that_is_special() {
        for text in [
            "169.254.169.254",
            "169.254.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "100.100.100.200",
            "fe80::1",
            "ff02::1",
            "::",
            "fd00:ec2::254",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "::ffff:0.0.0.0",
            "::ffff:255.255.255.255",
        ] {
            let resolved = resolve(text, 389).await;
            assert!(matches!(resolved, Err(Unresolved::Forbidden(_))), "{text}: {resolved:?}");
        }
    }

    #[tokio::test]
    async fn sec_08_this_machine_and_private_networks_are_allowed() {
        for text in
            ["127.0.0.1", "::1", "10.9.53.5", "192.168.1.1", "172.16.0.1", "fd12::1", "::ffff:10.0.0.1", "2001:db8::1"]
        {
            let resolved = resolve(text, 389).await.unwrap_or_else(|failure| panic!("{text}: {failure}"));
            assert_eq!(resolved, [SocketAddr::new(text.parse().unwrap(), 389)]);
        }
        assert!(matches!(resolve("no-such-host.invalid", 389).await, Err(Unresolved::NotFound(_))));
    }
}
