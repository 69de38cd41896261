#include "analyzer/engine/fingerprint.h"

#include <array>
#include <charconv>
#include <string_view>
#include <unordered_map>

#include "analyzer/engine/check.h"

namespace plimsoll {

namespace {

// FNV-1a, 64 bits.
class Hash {
public:
    void byte(unsigned char c) { value_ = (value_ ^ c) * 1099511628211u; }
    void text(std::string_view text) {
        for (char c : text) byte(static_cast<unsigned char>(c));
        byte(0);
    }
    void folded(std::string_view text) {
        bool blank = false;
        for (char c : text) {
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                blank = true;
                continue;
            }
            if (blank) byte(' ');
            blank = false;
            byte(static_cast<unsigned char>(c));
        }
        byte(0);
    }
    std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 14695981039346656037u;
};

}

std::string fingerprint_text(const Finding& finding) {
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), finding.fingerprint, 16).ptr;
    const std::string text(digits.data(), end);
    return std::string(16 - text.size(), '0') + text;
}

void add_fingerprints(std::vector<Finding>& findings, const Source& source) {
    constexpr std::uint32_t longest = 400;   // of the flagged text: enough to tell findings apart, cheap on whole-file spans
    std::unordered_map<std::uint64_t, std::uint64_t> seen(findings.size());
    for (Finding& finding : findings) {
        Hash hash;
        const std::string_view stage = finding.object ? std::string_view() : finding.part;
        for (std::string_view part : {finding.check->id, finding.path, stage, std::string_view(finding.field)}) hash.text(part);
        if (finding.object)
            for (const std::string& part : {finding.object->kind, finding.object->name_space, finding.object->name, finding.part}) hash.text(part);
        Span span = finding.span;
        if (span.size() > longest) span.end = span.begin + longest;
        hash.folded(source.slice(span));
        const std::uint64_t occurrence = seen[hash.value()]++;
        for (std::uint64_t n = occurrence; n; n >>= 8) hash.byte(static_cast<unsigned char>(n));
        finding.fingerprint = hash.value();
    }
}

}
