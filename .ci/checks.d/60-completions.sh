#!/usr/bin/env bash
# The completion scripts and the manual page, tried in the programs that they are for. PowerShell is
# not tried here.
set -euo pipefail
need bash zsh fish mandoc
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ln -s "$CHECKER" "$folder/checker-cli"
export PATH="$folder:$PATH"
for shell in bash zsh fish powershell; do
  checker-cli completions "$shell" >"$folder/$shell"
done

failures=0
expect() { # shell, line, what it completes to, words that must be there…
  local shell=$1 line=$2 found=$3 word
  shift 3
  for word in "$@"; do
    # zsh is watched as a person would see it: the words stand among others.
    if ! grep -q $([ "$shell" = zsh ] || echo -x) -- "$word" <<<"$found"; then
      echo "$shell: \"$line\" is not completed to \"$word\" but to: $(tr '\n' ' ' <<<"$found")" >&2
      failures=$((failures + 1))
    fi
  done
}

in_bash() { # words…: what bash completes the last of them to
  bash -c '
    source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _checker_cli; printf "%s\n" "${COMPREPLY[@]}"' bash "$folder/bash" "$@"
}

in_fish() { # line
  fish --no-config -c "source $folder/fish; complete -C '$1'" | cut -f1
}

in_zsh() { # line: types it into an interactive zsh and prints what the completion lists
  zsh -f -c '
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "PROMPT= RPROMPT=; unsetopt zle_bracketed_paste 2>/dev/null"
    zpty -w shell "fpath=('"$folder"'/zfunctions \$fpath); autoload -U compinit; compinit -u -D"
    zpty -w shell "LISTMAX=1000; zstyle \":completion:*\" list-prompt \"\"; stty rows 500 columns 60"
    zpty -w shell "echo re""ady"
    zpty -r shell line "*ready*"
    zpty -w -n shell "$1"$'"'\\t\\t'"'
    # The list comes when it comes; it is whole when nothing more has come for a second.
    text= silent=0
    for tries in {1..150}; do
      sleep 0.1
      if zpty -r -t shell line; then text+=$line silent=0; else ((silent++)); fi
      [[ $text == *"$1"?* ]] && ((silent > 10)) && break
    done
    print -r -- "$text"
    zpty -d shell' zsh "$1" | tr -d '\r\a\b' | sed 's/\x1b\[[0-9;?]*[A-Za-z]//g' | tr -s ' ' '\n'
}
mkdir "$folder/zfunctions"
cp "$folder/zsh" "$folder/zfunctions/_checker-cli"

expect bash "checker-cli ch" "$(in_bash checker-cli ch)" check
expect bash "checker-cli check --read" "$(in_bash checker-cli check --read)" --reading
expect bash "checker-cli check --reading " "$(in_bash checker-cli check --reading '')" tracked sdv
expect bash "checker-cli check --reading=s" "$(in_bash checker-cli check --reading = s)" sdv
expect bash "checker-cli explain WmiF" "$(in_bash checker-cli explain WmiF)" WmiForward
expect bash "checker-cli help ex" "$(in_bash checker-cli help ex)" explain

expect bash "checker-cli minimize -" "$(in_bash checker-cli minimize -)" -o --output

expect fish "checker-cli minimize -" "$(in_fish 'checker-cli minimize -')" -o --output
expect fish "checker-cli ch" "$(in_fish 'checker-cli ch')" check
expect fish "checker-cli check --read" "$(in_fish 'checker-cli check --read')" --reading
expect fish "checker-cli check --reading " "$(in_fish 'checker-cli check --reading ')" tracked sdv
expect fish "checker-cli explain Wmi" "$(in_fish 'checker-cli explain Wmi')" WmiForward
expect fish "checker-cli help ex" "$(in_fish 'checker-cli help ex')" explain

expect zsh "checker-cli ex" "$(in_zsh 'checker-cli ex')" explain
expect zsh "checker-cli check --reading " "$(in_zsh 'checker-cli check --reading ')" tracked sdv
expect zsh "checker-cli explain RemoveLockForwardW" \
  "$(in_zsh 'checker-cli explain RemoveLockForwardW')" RemoveLockForwardWrite

expect zsh "checker-cli minimize -" "$(in_zsh 'checker-cli minimize -')" -o

checker-cli man >"$folder/checker-cli.1"
if ! mandoc -T lint -W error "$folder/checker-cli.1"; then failures=$((failures + 1)); fi
[ "$failures" = 0 ]
echo "bash, zsh, fish and man take what is generated"
