//! Typed client of the HTTP API: an endpoint's input goes in, its reply comes out.
//!
//! Every [`Endpoint`](robin_api::Endpoint) of `robin-api` can be sent; this crate adds no second list of them. Redirects
//! are never followed, and nothing but [`Client::version`] crosses a network without TLS unless
//! [`Options::insecure_http`] says so, because almost every call carries a password or a token.
//!
//! ```no_run
//! # async fn example() -> Result<(), robin_client::Error> {
//! use robin_api::login::Login;
//! use robin_client::{Client, Options};
//! use robin_model::Secret;
//!
//! let anonymous = Client::new("https://robin.example.com:29442", Options::default())?;
//! let login = Login {
//!     username: "robin".to_owned(),
//!     password: Secret::new("Robin123".to_owned()),
//!     tenant: None,
//!     namespace: None,
//! };
//! let token = anonymous.send(&login).await?.token;
//! let client = Client::new("https://robin.example.com:29442", Options { token: Some(token), ..Options::default() })?;
//! for user in client.list(&robin_api::users::ListUsers::default()).await? {
//!     println!("{}", user.username);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The program decides which cryptography rustls uses; without a choice, aws-lc-rs serves.

mod client;
mod decisions;
mod error;
mod failure;
#[cfg(feature = "guard")]
mod guard;
mod options;
mod request;

pub use client::Client;
pub use decisions::{Answer, Decisions, Question};
pub use error::Error;
#[cfg(feature = "guard")]
pub use guard::{Caller, Guard, Guarded, Needs};
pub use http::StatusCode;
pub use options::Options;
