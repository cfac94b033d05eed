#!/usr/bin/env bash
# The binary of a release, with Swift's libraries in it, works in a root file system that holds nothing but
# the C library, and comes to the same reports. DDI_STATIC_CHECKER names one that is built already. Needs
# CHECKER. Linux.
set -euo pipefail
if [ "$(uname)" != Linux ]; then
  echo "the binary of a release for Linux is tried on Linux: left out"
  exit 0
fi
need ldd=libc-bin chroot=coreutils gcc
binary=${DDI_STATIC_CHECKER:-}
[ -n "$binary" ] || binary=$(build-static | tail -1)
root=$(mktemp -d)
clean_up() {
  if mountpoint -q "$root/proc"; then "${as_root[@]}" umount "$root/proc" || return; fi
  rm -rf "$root"
}
trap clean_up EXIT
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)

# Nothing but what belongs to the C library: its parts, and the loader.
libraries=$(ldd "$binary" | grep -oE '/[^ ]+')
for library in $libraries; do
  case $(basename "$library") in
    libc.so.* | libm.so.* | ld-linux*.so.* | libpthread.so.* | libdl.so.* | librt.so.* | libutil.so.*) ;;
    *)
      echo "the binary needs $library" >&2
      exit 1
      ;;
  esac
  install -D "$library" "$root$library"
done
cp "$binary" "$root/checker-cli"
cp Examples/traces/* "$root/"
chmod -R a+rX "$root"

# Swift's library finds the arguments by /proc, which every running system has.
mkdir "$root/proc"
if ! "${as_root[@]}" mount -t proc proc "$root/proc"; then
  echo "/proc cannot be mounted here: only what the binary needs was checked"
  exit 0
fi
compare() { # arguments: those of the checker
  local expected actual
  expected=$(cd Examples/traces && "$CHECKER" "$@" 2>&1 || echo "status $?")
  actual=$("${as_root[@]}" chroot "$root" /checker-cli "$@" 2>&1 || echo "status $?")
  if [ "$expected" != "$actual" ]; then
    diff <(echo "$expected") <(echo "$actual") | head -20 >&2
    exit 1
  fi
}
names=$(cd Examples/traces && echo *)
for format in text json html sarif; do
  # shellcheck disable=SC2086 # names without blanks
  compare check --format "$format" --no-config $names
done
compare explain RemoveLockForwardRead
compare synthesize --events 500 --fault-rate 0.1
# shellcheck disable=SC2086
compare doctor ${names%% *}
echo "$(du -k "$binary" | cut -f1) kB; needs $(echo "$libraries" | xargs -n1 basename | tr '\n' ' ')"
