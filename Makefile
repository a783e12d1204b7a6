# make run        builds the program and starts its window
# make test       formatting, lints and all tests, those of the window on a virtual display
# make install    builds the program and adds it to the desktop's menu and the shells; it goes to
#                 ~/.local, or where PREFIX (and for packagers, DESTDIR) says
# make uninstall  takes it away again, and leaves models, pictures and settings
#
# The first three install the system packages that are missing (Debian, Ubuntu) and ask nothing.

RUN_PACKAGES := build-essential pkg-config libgtk-4-dev libvulkan1 adwaita-icon-theme librsvg2-common \
	fonts-dejavu-core fonts-droid-fallback
TEST_PACKAGES := xvfb openbox xdotool x11-utils at-spi2-core dbus mesa-vulkan-drivers imagemagick

.PHONY: run test install uninstall rust lints

# Where rustup puts Rust, for shells that were open before.
export PATH := $(PATH):$(HOME)/.cargo/bin

run: rust
	@scripts/packages.sh $(RUN_PACKAGES)
	cargo run --release

# One build serves lints and tests; see .ci/lint-rustc.
test: rust lints
	@scripts/packages.sh $(RUN_PACKAGES) $(TEST_PACKAGES)
	cargo fmt --check
	RUSTC_WORKSPACE_WRAPPER="$(CURDIR)/.ci/lint-rustc" cargo test --release --no-fail-fast

install: rust
	@scripts/packages.sh $(RUN_PACKAGES)
	cargo build --release
	@scripts/install.sh install "$${CARGO_TARGET_DIR:-target}/release/aiimagegen"

uninstall:
	@scripts/install.sh uninstall

rust:
	@command -v cargo >/dev/null || { \
		echo "Rust is missing. Install it from https://rustup.rs, then try again." >&2; exit 1; }

lints:
	@{ cargo fmt --version && clippy-driver --version; } >/dev/null 2>&1 || \
		rustup component add rustfmt clippy
