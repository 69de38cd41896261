#include "analyzer/yaml/stream.h"

#include <algorithm>

#include "analyzer/yaml/encoding.h"
#include "analyzer/yaml/reader.h"
#include "analyzer/yaml/split.h"
#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

void TreeDeleter::operator()(Tree* tree) const { delete tree; }

Stream::Stream(const Source& source, std::span<const std::string> placeholders, bool by_library) : source_(&source) {
    Encoded text = decode(source, placeholders);
    if (text.owned) decoded_ = std::move(text.owned);
    std::string_view bytes = decoded_ ? std::string_view(*decoded_) : source.text();
    Reader reader(bytes, text.facts, by_library);
    for (const Chunk& chunk : split_documents(bytes, {text.begin, static_cast<std::uint32_t>(bytes.size())})) {
        reader.read(chunk, text.bad, documents_, comments_);
    }
    if (text.wide) text.restore(bytes, documents_, comments_);
}

namespace {

// Where the text lies now: what was decoded moves to the new arena, what points into the file's own bytes stays.
std::string_view kept_text(std::string_view value, std::string_view bytes, Arena& arena) {
    const bool own = value.data() >= bytes.data() && value.data() < bytes.data() + bytes.size();
    return own || value.empty() ? value : arena.store(value);
}

// For each record its index in the thinned tree; UINT32_MAX when it goes.
std::vector<std::uint32_t> renumbered(const std::vector<Record>& records, const std::vector<Node>& emptied) {
    std::vector<std::uint32_t> numbers(records.size(), 0);
    for (const Node node : emptied) {
        const auto at = static_cast<std::size_t>(node.record() - records.data());
        for (std::size_t i = at + 1; i < at + records[at].skip; ++i) numbers[i] = UINT32_MAX;
    }
    std::uint32_t next = 0;
    for (std::uint32_t& number : numbers)
        if (number != UINT32_MAX) number = next++;
    return numbers;
}

}

bool Stream::thin(std::size_t document, const std::vector<Node>& emptied) {
    Document& thinned = documents_[document];
    if (!thinned.tree || emptied.empty()) return false;
    const std::vector<Record>& records = thinned.tree->records;
    if (std::ranges::any_of(records, [](const Record& record) { return record.redirect != 0; })) return false;
    const std::vector<std::uint32_t> numbers = renumbered(records, emptied);
    std::unique_ptr<Tree, TreeDeleter> tree(new Tree);
    tree->records.reserve(static_cast<std::size_t>(std::ranges::count_if(numbers, [](std::uint32_t number) { return number != UINT32_MAX; })));
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (numbers[i] == UINT32_MAX) continue;
        Record record = records[i];
        std::size_t last = i + record.skip - 1;   // of what is below it and stays
        while (numbers[last] == UINT32_MAX) --last;
        record.skip = numbers[last] - numbers[i] + 1;
        record.parent = numbers[i] - numbers[i - record.parent];
        if (i > 0) record.value = kept_text(record.value, records[0].value, tree->arena);
        tree->records.push_back(record);
    }
    thinned.tree = std::move(tree);
    thinned.root = Node(&thinned.tree->records[1]);
    return true;
}

}
