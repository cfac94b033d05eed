// neighbour TRACE.jsonl: goes over a trace with simdjson and checks one property. It stands beside the checker in
// compare.sh: what a program of forty lines takes that reads as fast as C++ can.
//
// A lock is released only where it is held, and an IRP is forwarded only while it is held for that IRP.
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <unordered_map>
#include <utility>

using simdjson::ondemand::document_reference;

// A pointer, which a trace writes as "0xffffe000…".
static uint64_t pointer(document_reference &event, const char *key) {
    std::string_view text = event[key].get_string();
    return strtoull(text.data(), nullptr, 16);
}

int main(int count, char **arguments) {
    if (count != 2) return 2;
    auto json = simdjson::padded_string::load(arguments[1]);
    if (json.error()) return 1;
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document_stream events;
    if (parser.iterate_many(json.value_unsafe(), 1 << 20).get(events)) return 1;
    std::unordered_map<uint64_t, int> held;
    uint64_t faults = 0, seen = 0;
    for (auto result : events) {
        document_reference event = std::move(result);
        std::string_view name = event["ev"].get_string();
        seen++;
        if (name == "IoAcquireRemoveLock") {
            uint64_t tag = pointer(event, "tag");
            std::string_view status = event["status"].get_string();
            if (status == "STATUS_SUCCESS") held[tag]++;
        } else if (name == "IoReleaseRemoveLock" || name == "IoReleaseRemoveLockAndWait") {
            auto found = held.find(pointer(event, "tag"));
            if (found == held.end()) faults++;
            else if (--found->second == 0) held.erase(found);
        } else if (name == "IoCallDriver") {
            faults += held.count(pointer(event, "irp")) == 0;
        }
    }
    printf("%llu events, %llu faults\n", (unsigned long long)seen, (unsigned long long)faults);
}
