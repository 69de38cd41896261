#include "analyzer/engine/fixer.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace plimsoll {

namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t context_lines = 3;
// Time and memory of the search grow with the square of this; texts that differ in more lines are shown as one replacement.
constexpr long most_differences = 1000;

Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

// Lines [a_begin, a_end) of the first text became [b_begin, b_end) of the second.
struct Change {
    std::size_t a_begin, a_end, b_begin, b_end;
};

// Myers' greedy search for the shortest edit script of two middles without common ends.
class Search {
public:
    Search(std::span<const std::string_view> a, std::span<const std::string_view> b) : a_(a), b_(b) {}

    std::vector<Change> run() {
        const long limit = std::min(most_differences, static_cast<long>(a_.size() + b_.size()));
        std::vector<long> reach(static_cast<std::size_t>(2 * limit + 3), 0);
        auto at = [&](long k) -> long& { return reach[static_cast<std::size_t>(k + limit + 1)]; };
        for (long d = 0; d <= limit; ++d) {
            for (long k = -d; k <= d; k += 2) {
                long x = k == -d || (k != d && at(k - 1) < at(k + 1)) ? at(k + 1) : at(k - 1) + 1;
                at(k) = slide(x, x - k);
                if (at(k) >= size(a_) && at(k) - k >= size(b_)) return trace_back(d, k);
            }
            // Diagonals -d..d after d differences; the way back needs them.
            rows_.emplace_back(reach.begin() + (limit + 1 - d), reach.begin() + (limit + 2 + d));
        }
        return {{0, a_.size(), 0, b_.size()}};
    }

private:
    static long size(std::span<const std::string_view> lines) { return static_cast<long>(lines.size()); }

    long slide(long x, long y) const {
        while (x < size(a_) && y < size(b_) && a_[static_cast<std::size_t>(x)] == b_[static_cast<std::size_t>(y)]) ++x, ++y;
        return x;
    }

    std::vector<Change> trace_back(long d, long k) const {
        std::vector<Change> changes;
        for (; d > 0; --d) {
            const std::vector<long>& row = rows_[static_cast<std::size_t>(d - 1)];
            auto at = [&](long diagonal) { return row[static_cast<std::size_t>(diagonal + d - 1)]; };
            bool down = k == -d || (k != d && outside_or_less(row, d, k));
            k += down ? 1 : -1;
            auto x = static_cast<std::size_t>(at(k)), y = static_cast<std::size_t>(at(k) - k);
            changes.push_back({x, x + !down, y, y + down});
        }
        std::reverse(changes.begin(), changes.end());
        return changes;
    }

    // Whether the step to diagonal k came from k + 1, as run() chose.
    static bool outside_or_less(const std::vector<long>& row, long d, long k) {
        auto at = [&](long diagonal) { return row[static_cast<std::size_t>(diagonal + d - 1)]; };
        return at(k - 1) < at(k + 1);
    }

    std::span<const std::string_view> a_, b_;
    std::vector<std::vector<long>> rows_;
};

std::vector<Change> changes_between(const Lines& a, const Lines& b) {
    std::size_t head = 0, tail = 0, shorter = std::min(a.size(), b.size());
    while (head < shorter && a[head] == b[head]) ++head;
    while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
    std::span<const std::string_view> a_middle(a.data() + head, a.size() - head - tail), b_middle(b.data() + head, b.size() - head - tail);
    std::vector<Change> merged;
    for (Change change : Search(a_middle, b_middle).run()) {
        change = {change.a_begin + head, change.a_end + head, change.b_begin + head, change.b_end + head};
        bool joins = !merged.empty() && merged.back().a_end == change.a_begin && merged.back().b_end == change.b_begin;
        if (joins)
            merged.back().a_end = change.a_end, merged.back().b_end = change.b_end;
        else
            merged.push_back(change);
    }
    return merged;
}

void add_lines(std::string& out, char sign, const Lines& lines, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
        (out += sign).append(lines[i]);
        if (!lines[i].ends_with('\n')) out += "\n\\ No newline at end of file\n";
    }
}

// "12,3"; an empty range names the line before it, a range of one line has no count.
std::string range(std::size_t begin, std::size_t end) {
    if (begin == end) return std::to_string(begin) + ",0";
    std::string text = std::to_string(begin + 1);
    return end - begin == 1 ? text : text + "," + std::to_string(end - begin);
}

void add_hunk(std::string& out, const Lines& a, const Lines& b, std::span<const Change> changes) {
    std::size_t before = std::min(context_lines, changes.front().a_begin);
    std::size_t after = std::min(context_lines, a.size() - changes.back().a_end);
    out += "@@ -" + range(changes.front().a_begin - before, changes.back().a_end + after);
    out += " +" + range(changes.front().b_begin - before, changes.back().b_end + after) + " @@\n";
    std::size_t at = changes.front().a_begin - before;
    for (const Change& change : changes) {
        add_lines(out, ' ', a, at, change.a_begin);
        add_lines(out, '-', a, change.a_begin, change.a_end);
        add_lines(out, '+', b, change.b_begin, change.b_end);
        at = change.a_end;
    }
    add_lines(out, ' ', a, at, at + after);
}

}

std::string unified_diff(const std::string& path, std::string_view before, std::string_view after) {
    if (before == after) return {};
    Lines a = lines_of(before), b = lines_of(after);
    std::vector<Change> changes = changes_between(a, b);
    std::string name(std::string_view(path).substr(std::min(path.find_first_not_of('/'), path.size())));
    // A tab ends a name with blanks, as patch expects.
    std::string end = name.find(' ') == std::string::npos ? "\n" : "\t\n";
    std::string out = "--- a/" + name + end + "+++ b/" + name + end;
    for (std::size_t first = 0; first < changes.size();) {
        std::size_t last = first + 1;
        while (last < changes.size() && changes[last].a_begin - changes[last - 1].a_end <= 2 * context_lines) ++last;
        add_hunk(out, a, b, std::span(changes).subspan(first, last - first));
        first = last;
    }
    return out;
}

}
