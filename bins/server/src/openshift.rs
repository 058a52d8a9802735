//! The OpenShift cluster that this server runs on, as the settings have it.

use std::{env, path::PathBuf};

use anyhow::{Context, bail};
use robin_identity::openshift::{Cluster, Settings as Found};

use crate::settings::Settings;

/// Where a pod finds what it needs to ask the API (Kubernetes documentation, "Accessing the Kubernetes API from a Pod").
const POD: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Where it is, and how it is read; `None` when this server runs on none.
///
/// # Errors
/// When something is missing, or can't be read.
pub fn found(settings: &Settings) -> anyhow::Result<Option<Found>> {
    let given = &settings.openshift;
    if given.enabled != Some(true) {
        return Ok(None);
    }
    let in_pod = |name: &str| PathBuf::from(POD).join(name);
    let (url, default_ca) = match &given.api_url {
        Some(url) => (url.clone(), None),
        None => match (env::var("KUBERNETES_SERVICE_HOST"), env::var("KUBERNETES_SERVICE_PORT")) {
            (Ok(host), Ok(port)) if host.contains(':') => (format!("https://[{host}]:{port}"), Some(in_pod("ca.crt"))),
            (Ok(host), Ok(port)) => (format!("https://{host}:{port}"), Some(in_pod("ca.crt"))),
            _ => bail!("this is no pod of a cluster: set ROBIN_OPENSHIFT__API_URL and ROBIN_OPENSHIFT__TOKEN_FILE"),
        },
    };
    let token_file = match (&given.token_file, &given.api_url) {
        (Some(file), _) => file.clone(),
        (None, None) => in_pod("token"),
        // The pod's token is for the cluster of the pod.
        (None, Some(_)) => bail!("ROBIN_OPENSHIFT__TOKEN_FILE is missing: it goes with ROBIN_OPENSHIFT__API_URL"),
    };
    let ca_cert = match given.ca_cert.as_ref().or(default_ca.as_ref()) {
        Some(file) => Some(std::fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?),
        None => None,
    };
    let api_url = url.parse().with_context(|| format!("ROBIN_OPENSHIFT__API_URL `{url}` is no URL"))?;
    Ok(Some(Found { api_url, ca_cert, token_file }))
}

/// The cluster, to be asked; `None` when this server runs on none. Nothing is sent yet.
///
/// # Errors
/// As [`found`]; and when it can't be used as it is set up.
pub fn cluster(settings: &Settings) -> anyhow::Result<Option<Cluster>> {
    let cluster = found(settings)?.map(|found| Cluster::new(&found)).transpose();
    cluster.context("OpenShift can't be used")
}

#[cfg(test)]
mod tests {
    use crate::settings::OpenshiftSettings;

    use super::*;

    fn with(openshift: OpenshiftSettings) -> anyhow::Result<Option<Found>> {
        found(&Settings { openshift, ..Settings::default() })
    }

    fn enabled() -> OpenshiftSettings {
        OpenshiftSettings { enabled: Some(true), ..OpenshiftSettings::default() }
    }

    #[test]
    fn what_goes_together_is_set_together() {
        assert!(
            with(OpenshiftSettings { api_url: Some("x".to_owned()), ..OpenshiftSettings::default() })
                .unwrap()
                .is_none()
        );
        let error = with(enabled()).err().unwrap().to_string();
        assert!(error.contains("set ROBIN_OPENSHIFT__API_URL"), "{error}");
        let url = || Some("https://api.example.com:6443".to_owned());
        let error = with(OpenshiftSettings { api_url: url(), ..enabled() }).err().unwrap().to_string();
        assert!(error.contains("ROBIN_OPENSHIFT__TOKEN_FILE is missing"), "{error}");
        let token_file = Some(PathBuf::from("/x"));
        let found =
            with(OpenshiftSettings { api_url: url(), token_file: token_file.clone(), ..enabled() }).unwrap().unwrap();
        assert_eq!((found.api_url.as_str(), found.ca_cert), ("https://api.example.com:6443/", None));
        for (url, ca_cert) in [("no URL", None), ("https://127.0.0.1", Some(PathBuf::from("/no/such/file")))] {
            let settings = OpenshiftSettings {
                api_url: Some(url.to_owned()),
                ca_cert,
                token_file: token_file.clone(),
                ..enabled()
            };
            assert!(with(settings).is_err(), "{url}");
        }
        let special =
            OpenshiftSettings { api_url: Some("https://169.254.169.254".to_owned()), token_file, ..enabled() };
        let error = cluster(&Settings { openshift: special, ..Settings::default() }).err().unwrap();
        assert!(format!("{error:#}").contains("OpenShift can't be used: invalid URL"), "{error:#}");
    }
}
