#include "analyzer/yaml/merge.h"

#include <string_view>
#include <unordered_map>

#include "analyzer/yaml/scalar.h"
#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

namespace {

struct Slot {
    std::uint32_t key = 0, value = 0;
    bool merged = false;
};

class Merger {
public:
    Merger(const std::vector<Record>& records, std::uint64_t room) : records_(records), room_(room) {}

    // Takes over the entries of a mapping, itself merged or not; a "<<" among them brings in what it names.
    std::optional<MergeFault> add_mapping(std::uint32_t mapping, bool merged) {
        std::uint32_t end = mapping + records_[mapping].skip;
        for (std::uint32_t key = mapping + 1; key < end;) {
            std::uint32_t value = key + records_[key].skip;
            if (records_[key].flags & merge_key) {
                if (std::optional<MergeFault> fault = add_merge(value)) return fault;
            } else if (target(key).kind == Kind::scalar) {
                set(key, value, merged);
            }
            if (slots.size() > room_) return MergeFault{Problem::Kind::limit, records_[mapping].span, "the merges of this document stand for too many nodes"};
            key = value + records_[value].skip;
        }
        return std::nullopt;
    }

    std::vector<Slot> slots;

private:
    const Record& target(std::uint32_t at) const { return *Node(&records_[at]).target(); }

    std::optional<MergeFault> add_merge(std::uint32_t value) {
        const Record& found = target(value);
        std::uint32_t at = index(found);
        if (found.kind == Kind::mapping) return add_mapping(at, true);
        if (records_[value].kind != Kind::sequence) return no_mapping(value);
        // Items that stand first count most, so they come last.
        std::vector<std::uint32_t> items;
        for (std::uint32_t item = value + 1; item < value + records_[value].skip; item += records_[item].skip) items.push_back(item);
        for (auto item = items.rbegin(); item != items.rend(); ++item) {
            if (target(*item).kind != Kind::mapping) return no_mapping(*item);
            if (std::optional<MergeFault> fault = add_mapping(index(target(*item)), true)) return fault;
        }
        return std::nullopt;
    }

    MergeFault no_mapping(std::uint32_t at) const { return {Problem::Kind::syntax, records_[at].span, "only mappings can be merged with '<<'"}; }

    std::uint32_t index(const Record& record) const { return static_cast<std::uint32_t>(&record - records_.data()); }

    void set(std::uint32_t key, std::uint32_t value, bool merged) {
        const Record& name = target(key);
        std::string text = name.type == Type::text ? std::string(name.value) : json_key(name).value_or(std::string{});
        auto [found, added] = places_.try_emplace(std::move(text), slots.size());
        if (added) {
            slots.push_back({key, value, merged});
        } else {
            slots[found->second] = {key, value, merged};
        }
    }

    const std::vector<Record>& records_;
    std::uint64_t room_;
    std::unordered_map<std::string, std::size_t> places_;
};

std::int32_t distance(std::uint32_t from, std::uint32_t to) { return static_cast<std::int32_t>(to) - static_cast<std::int32_t>(from); }

}

std::optional<MergeFault> merge(std::vector<Record>& records, std::uint32_t mapping, std::uint64_t& room) {
    Merger merger(records, room);
    if (std::optional<MergeFault> fault = merger.add_mapping(mapping, false)) return fault;
    room -= merger.slots.size();
    std::uint32_t form = static_cast<std::uint32_t>(records.size());
    Record head = records[mapping];
    head.skip = static_cast<std::uint32_t>(1 + 2 * merger.slots.size());
    head.flags = static_cast<std::uint8_t>(head.flags & ~repeated_keys);
    head.parent = form - mapping;   // leads back to the real mapping
    records.push_back(head);
    for (const Slot& slot : merger.slots) {
        for (std::uint32_t from : {slot.key, slot.value}) {
            std::uint32_t at = static_cast<std::uint32_t>(records.size());
            Record copy = records[from];
            const Record* target = Node(&records[from]).target();
            copy.redirect = distance(at, static_cast<std::uint32_t>(target - records.data()));
            copy.skip = 1;
            copy.parent = at - mapping;
            if (slot.merged && from == slot.value) copy.kind = Kind::alias;
            records.push_back(copy);
        }
    }
    records[mapping].redirect = distance(mapping, form);
    return std::nullopt;
}

}
