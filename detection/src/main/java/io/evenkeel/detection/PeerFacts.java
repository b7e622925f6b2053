package io.evenkeel.detection;

import java.util.HashMap;
import java.util.Map;

/** Which of the addresses behind one callee fails most, for the attributes of a finding about the calls to it. */
final class PeerFacts {
    private PeerFacts() {}

    /**
     * @param addresses what was called, by address
     * @return {@code peer}: the address with most failures, or the slowest when none failed; {@code peer.share}: its
     *     part of the failures, 0..1; {@code peers}: how many addresses there are
     */
    static Map<String, String> of(Map<String, RedSum> addresses) {
        String worst = "";
        double most = -1;
        double all = 0;
        double slowest = -1;
        for (Map.Entry<String, RedSum> entry : addresses.entrySet()) {
            RedSum sum = entry.getValue();
            all += sum.errors;
            if (sum.errors > most || sum.errors == most && sum.meanSeconds() > slowest) {
                most = sum.errors;
                slowest = sum.meanSeconds();
                worst = entry.getKey();
            }
        }
        Map<String, String> facts = new HashMap<>();
        facts.put("peer", worst);
        facts.put("peers", Integer.toString(addresses.size()));
        if (all > 0) {
            facts.put("peer.share", String.format(java.util.Locale.ROOT, "%.2f", most / all));
        }
        return facts;
    }

    static String mostFrequent(Map<String, Integer> types) {
        String type = "";
        int most = 0;
        for (Map.Entry<String, Integer> entry : types.entrySet()) {
            int seen = entry.getValue();
            if (seen > most || seen == most && entry.getKey().compareTo(type) < 0) {
                most = seen;
                type = entry.getKey();
            }
        }
        return type;
    }
}
