#!/usr/bin/env bash
# The borders between the parts of the house (analyzer/README.md), each rule with its reason. Prints what crosses one and the counts.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
passed=0
failed=0

# All our own files, those not yet added included.
files() { git ls-files --cached --others --exclude-standard -- "$@" | grep -v -E '^grammars/[^/]+/src/|/node_modules/' | while read -r file; do [ -f "$file" ] && printf '%s\n' "$file"; done; }

verdict() {   # verdict REASON FOUND
    if [ -z "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s:\n' "$1"
        printf '%s\n' "$2" | head -n 20 | sed 's/^/    /'
    fi
}

# never REASON PATTERN ALLOWED-FILES(regex) PATHS...: the pattern stands in none of the files but the allowed ones.
never() {
    local reason=$1 pattern=$2 allowed=$3
    shift 3
    verdict "$reason" "$(files "$@" | grep -v -E "^(${allowed:-$^})" | xargs grep -nE -e "$pattern" -- /dev/null 2>/dev/null)"
}

code=('analyzer/*.cc' 'analyzer/*.h' 'checks/*.cc' 'checks/*.h')

never 'std::regex backtracks without a bound on input from strangers' '#include <regex>' '' "${code[@]}" 'tests/*.cc' 'tests/*.h'
never 'streams cost start-up time and only writers print' '#include <iostream>' 'analyzer/main\.cc|analyzer/output/' "${code[@]}"
never '<filesystem> is slow to compile and ties a header to the disk' '#include <filesystem>' '' 'analyzer/*.h' 'checks/*.h'
never 'findings carry byte ranges; lines and columns are made where they are shown' \
    '^[^/]*(\bPosition\b|\bline_of\(|\.position\(|[.>]line\b[^_(]|\bcolumn\b)' \
    'analyzer/(text|output|lsp|cli)/|analyzer/main\.cc|analyzer/engine/(suppression|config|policy|peer|label|settings)[a-z_]*\.|analyzer/engine/[a-z_]*(config|suppress)[a-z_]*\.' \
    'analyzer/engine/*' 'analyzer/docker/*' 'analyzer/shell/*' 'analyzer/kubernetes/*' 'analyzer/yaml/*' 'checks/*.cc'
never 'the command line library belongs to main.cc: it takes seconds to compile' '#include [<"]CLI/' 'analyzer/main\.cc' "${code[@]}"
never 'tree-sitter stays behind the two syntax trees' 'tree_sitter/' 'analyzer/(docker/tree|shell/[a-z_]+)\.cc' "${code[@]}"
never 'yaml-cpp reads configuration only' '#include [<"]yaml-cpp/' 'analyzer/engine/[a-z_]+\.cc' "${code[@]}"
never 'libfyaml stays behind the YAML tree' '#include [<"]libfyaml' 'analyzer/yaml/[a-z_]+\.cc' "${code[@]}"
never 'JSON is written and read by writers and the server only' '#include [<"]nlohmann/' 'analyzer/(output|lsp)/' "${code[@]}"
never 'third-party types in a header spread to every file that includes it' '#include [<"](yaml-cpp|nlohmann|CLI|libfyaml|tree_sitter|git2|re2)' '' 'analyzer/*.h' 'checks/*.h'
never 'checks see the engine and its vocabulary, never writers, server or disk' '#include "analyzer/(output|lsp|cli)/|#include <(fstream|filesystem|thread|unistd\.h)>' '' 'checks/*.cc' 'checks/*.h'
never 'the layers below know nothing of the engine' '#include "analyzer/(engine|output|lsp|cli)/|#include "checks/' '' 'analyzer/text/*' 'analyzer/docker/*' 'analyzer/shell/*' 'analyzer/yaml/*' 'analyzer/kubernetes/*'
never 'the engine knows no single check, no writer and no server' '#include "(checks|analyzer/(output|lsp|cli))/' '' 'analyzer/engine/*'
never 'nothing that is analysed is executed and no process is started' '\b(system|popen|fork|execvp?|posix_spawnp?)\(' '' "${code[@]}"
never 'nothing goes over the network' '#include <(sys/socket|netinet/[a-z]+|netdb|curl/curl)\.h>' '' "${code[@]}"
never 'left-over marks belong to no finished work' '\b(TODO|FIXME|XXX|HACK)\b' 'tests/borders\.sh|checks/.*(todo|leftover)|testdata/' "${code[@]}" 'tests/*' 'dev' 'bench/*' 'CMakeLists.txt'
never 'locks and settings name no host a package came from: mirrors differ from machine to machine' \
    '"resolved":|registry\.npmjs|pythonhosted|proxy\.golang|^registry *=' '' '*package-lock.json' '*.npmrc' '*.mod' '*.lock'

# A path of this machine works nowhere else.
verdict 'paths of this machine' "$(files '*' | xargs grep -nF -I -e "$PWD/" -e "$(dirname "$PWD")/shared" -- /dev/null 2>/dev/null)"

# The list of checks and the folder of checks are the same.
listed=$(sed -n '/^set(CHECKS$/,/^)/p' checks/CMakeLists.txt | sed -n 's/^ *\([a-z0-9/_-]*\)\(\[\]\)\{0,1\} *$/\1/p' | sort)
on_disk=$(files 'checks/*/*.cc' | sed -e 's|^checks/||' -e 's|\.cc$||' | sort)
verdict 'listed in checks/CMakeLists.txt, but there is no such file' "$(comm -23 <(printf '%s\n' "$listed") <(printf '%s\n' "$on_disk"))"
verdict 'not listed in checks/CMakeLists.txt: the check never runs' "$(comm -13 <(printf '%s\n' "$listed") <(printf '%s\n' "$on_disk"))"

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
