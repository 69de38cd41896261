// Shell code: places of nodes and commands lie in the file and children in their parents, for one piece and for many.

#include "analyzer/shell/packages.h"
#include "analyzer/shell/script.h"
#include "tests/fuzz/law.h"

using namespace plimsoll;
using fuzz::inside;
using fuzz::law;

std::vector<std::string> own_seeds() {
    return {
        "set -eux; apt-get update && apt-get install -y --no-install-recommends a=1 \"$b\" | tee x 2>&1\n",
        "for i in $(seq 1 3); do case $i in 1) echo \"${i:-x}\";; *) [[ -n $i ]] && ((i++));; esac; done\n",
        "cat <<EOF >>f\n$x `y`\nEOF\nf() { local a=1; }; (cd /x; sudo -E pip3 install --no-cache-dir z) &\n",
    };
}

namespace {

// The file's bytes without "\\\n", as a Dockerfile would hand them over.
std::vector<Span> pieces_of(std::string_view text) {
    std::vector<Span> pieces;
    std::uint32_t begin = 0;
    for (std::size_t at = text.find("\\\n"); at != std::string_view::npos; at = text.find("\\\n", begin)) {
        pieces.push_back({begin, static_cast<std::uint32_t>(at)});
        begin = static_cast<std::uint32_t>(at + 2);
    }
    pieces.push_back({begin, static_cast<std::uint32_t>(text.size())});
    return pieces;
}

void check(const shell::Script& script, std::size_t size) {
    for (std::uint32_t i = 0; i < script.node_count(); ++i) {
        const shell::Node node = script.node(i);
        inside(node.span(), size, "node");
        if (const shell::Node parent = node.parent()) {
            law(parent.index() < i, "a node stands before its parent");
            law(parent.span().contains(node.span()) || node.is(shell::Kind::missing), "a node lies outside its parent");
        }
    }
    std::uint32_t last = 0;
    for (const shell::Command& command : script.commands()) {
        inside(command.span, size, "command");
        law(command.span.begin >= last, "commands are not in order");
        last = command.span.begin;
        for (const shell::Word& word : command.words) inside(word.span(), size, "word");
        if (command.inner) law(*command.inner < script.commands().size(), "inner command");
        if (command.wrapper) law(*command.wrapper < script.commands().size(), "wrapper");
        shell::package_call(command);
    }
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Source source("Dockerfile", std::string(fuzz::text_of(data, size)));
    const shell::Dialect dialect = size % 2 == 0 ? shell::Dialect::posix : shell::Dialect::bash;
    check(shell::Script({&source, pieces_of(source.text()), dialect}), size);
    check(shell::Script({&source, {{0, source.size()}}, dialect}), size);
    return 0;
}
