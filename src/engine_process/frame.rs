//! Frames on the pipe: `u32` length of the payload, `u8` kind, `u64` id of the request, payload.
//!
//! Numbers are little-endian. Both ends refuse frames beyond the limit of their kind, so that a
//! broken stream ends in an error and not in a huge allocation.

use std::io::{self, ErrorKind, Read, Write};

/// Bytes before the payload.
const HEADER: usize = 4 + 1 + 8;

/// Longest payload of most kinds: JSON, with prompts in it; or a preview.
const MOST_JSON: usize = 16 << 20;

/// Longest payload with pixels in it.
const MOST_PIXELS: usize = 1 << 30;

/// Longest payload with a latent in it: 64 pictures of the largest size, and the head.
const MOST_LATENT: usize = 64 * 4 * 1024 * 1024 * 4 + MOST_JSON;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Load,
    Generate,
    Cancel,
    Event,
    Loaded,
    Finished,
    Failed,
    Decode,
    Preview,
    Latent,
    Devices,
    Listed,
    Test,
    PlaceQueue,
    Placed,
}

impl Kind {
    const ALL: [Self; 15] = [
        Self::Load,
        Self::Generate,
        Self::Cancel,
        Self::Event,
        Self::Loaded,
        Self::Finished,
        Self::Failed,
        Self::Decode,
        Self::Preview,
        Self::Latent,
        Self::Devices,
        Self::Listed,
        Self::Test,
        Self::PlaceQueue,
        Self::Placed,
    ];

    fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == byte)
    }

    /// Longest payload.
    pub fn most_bytes(self) -> usize {
        match self {
            Self::Finished => MOST_PIXELS,
            Self::Decode | Self::Latent => MOST_LATENT,
            _ => MOST_JSON,
        }
    }
}

/// One message in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub kind: Kind,
    /// The request that it belongs to.
    pub id: u64,
    pub payload: Vec<u8>,
}

impl Frame {
    /// The next frame, or `None` where the stream ends between two.
    pub fn read(input: &mut impl Read) -> io::Result<Option<Self>> {
        let mut header = Vec::with_capacity(HEADER);
        input.take(HEADER as u64).read_to_end(&mut header)?;
        if header.is_empty() {
            return Ok(None);
        }
        let header: [u8; HEADER] = header.try_into().map_err(|_| cut())?;
        let [a, b, c, d, kind, id @ ..] = header;
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        let kind = Kind::from_byte(kind)
            .ok_or_else(|| invalid(format!("a frame of the unknown kind {kind}")))?;
        if length > kind.most_bytes() {
            return Err(invalid(format!("a frame {kind:?} of {length} bytes")));
        }
        let mut payload = Vec::new();
        input.take(length as u64).read_to_end(&mut payload)?;
        if payload.len() < length {
            return Err(cut());
        }
        Ok(Some(Self { kind, id: u64::from_le_bytes(id), payload }))
    }

    /// Length of the payload, or an error where it is beyond the limit.
    pub fn length(&self) -> io::Result<u32> {
        let length = self.payload.len();
        let too_long = || invalid(format!("a frame {:?} of {length} bytes", self.kind));
        if length > self.kind.most_bytes() {
            return Err(too_long());
        }
        u32::try_from(length).map_err(|_| too_long())
    }

    /// Writes the frame and flushes.
    pub fn write(&self, output: &mut impl Write) -> io::Result<()> {
        let mut header = [0; HEADER];
        header[..4].copy_from_slice(&self.length()?.to_le_bytes());
        header[4] = self.kind as u8;
        header[5..].copy_from_slice(&self.id.to_le_bytes());
        output.write_all(&header)?;
        output.write_all(&self.payload)?;
        output.flush()
    }
}

fn invalid(detail: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, detail)
}

fn cut() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "the stream ends inside a frame")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: Kind, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        Frame { kind, id: 7, payload: payload.to_owned() }.write(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn frames_survive_a_round_trip_one_after_another() {
        let mut bytes = Vec::new();
        for kind in Kind::ALL {
            bytes.extend(frame(kind, b"payload"));
        }
        let mut input = &bytes[..];
        for kind in Kind::ALL {
            let read = Frame::read(&mut input).unwrap().unwrap();
            assert_eq!(read, Frame { kind, id: 7, payload: b"payload".to_vec() });
        }
        assert_eq!(Frame::read(&mut input).unwrap(), None);
    }

    #[test]
    fn a_stream_cut_anywhere_inside_a_frame_is_an_error() {
        let bytes = frame(Kind::Event, b"{}");
        for end in 1..bytes.len() {
            let error = Frame::read(&mut &bytes[..end]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{end}");
        }
    }

    #[test]
    fn unknown_kinds_and_lengths_beyond_the_limit_are_refused() {
        let mut unknown = frame(Kind::Event, b"{}");
        unknown[4] = 200;
        let mut long = frame(Kind::Event, b"{}");
        long[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        for bytes in [unknown, long] {
            let error = Frame::read(&mut &bytes[..]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidData);
        }
        let payload = vec![0; MOST_JSON + 1];
        let oversized = Frame { kind: Kind::Generate, id: 1, payload };
        let error = oversized.write(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn a_claimed_length_allocates_only_what_comes() {
        let mut bytes = frame(Kind::Finished, b"short");
        bytes[..4].copy_from_slice(&u32::to_le_bytes(MOST_PIXELS as u32));
        assert!(Frame::read(&mut &bytes[..]).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
            let mut input = &bytes[..];
            while let Ok(Some(_)) = Frame::read(&mut input) {}
        }
    }
}
