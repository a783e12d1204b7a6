//! The pictures in a folder: which there are, their thumbnails, what they say about themselves,
//! and the way back from the trash.
//!
//! Files come from anywhere and may be anything: what cannot be shown gets a [`Flaw`], in bounded
//! memory. Everything here waits for the disk, so none of it belongs on the window's thread, but
//! for [`Collection`] and [`Workshop`].

mod collection;
mod decode;
mod facts;
mod folder;
mod search;
mod thumbnail;
mod trash;
mod uri;
mod workshop;

pub use collection::{Change, Collection};
pub use decode::Flaw;
pub use facts::Facts;
pub use folder::{Listing, PictureFile, list};
pub use search::{Needle, Prompts, search};
pub use thumbnail::{Cache, Size, Thumbnail};
pub use trash::restore;
pub use workshop::{Delivery, Workshop};
