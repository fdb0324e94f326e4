/**
 * Scripts that a shell loads. Each asks `medx __complete` with the words so far and gets a candidate per line; a line `:files END`
 * lets the shell complete files with that ending itself.
 */

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const bash = `# medx completion for bash. Load it with: source <(medx completion bash)
_medx() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" line ending
  local IFS=$'\\n'
  COMPREPLY=()
  while read -r line; do
    case "$line" in
      :files*)
        ending="\${line#:files }"
        compopt -o filenames 2>/dev/null
        COMPREPLY+=($(compgen -d -- "$cur"))
        if [ "$ending" = '*' ]; then COMPREPLY=($(compgen -f -- "$cur"))
        else COMPREPLY+=($(compgen -f -X "!*$ending" -- "$cur")); fi ;;
      *=) compopt -o nospace 2>/dev/null; COMPREPLY+=("$line") ;;
      *) COMPREPLY+=("$(printf %q "$line")") ;;
    esac
  done < <(medx __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _medx medx
`;

const zsh = `#compdef medx
# medx completion for zsh. Load it with: source <(medx completion zsh)
_medx() {
  local line ending
  local -a found open
  while IFS= read -r line; do
    case "$line" in
      :files*)
        ending="\${line#:files }"
        if [[ "$ending" == '*' ]]; then _files; else _files -g "*$ending"; fi ;;
      *=) open+=("$line") ;;
      *) found+=("$line") ;;
    esac
  done < <(medx __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#found} )) && compadd -a found
  (( \${#open} )) && compadd -S '' -a open
  return 0
}
compdef _medx medx
`;

const fish = `# medx completion for fish. Load it with: medx completion fish | source
function __medx_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (medx __complete -- $words[2..-1] 2>/dev/null)
    switch $line
      case ':files \\*'
        __fish_complete_path (commandline -ct)
      case ':files *'
        __fish_complete_suffix (string replace ':files ' '' -- $line)
      case '*'
        echo $line
    end
  end
end
complete -c medx -f -a '(__medx_complete)'
`;

export const completionScript = (shell: Shell): string => ({ bash, zsh, fish })[shell];
