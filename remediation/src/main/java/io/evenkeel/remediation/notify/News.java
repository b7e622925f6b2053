package io.evenkeel.remediation.notify;

import io.evenkeel.domain.incident.IncidentState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be told about an incident now. Worked out from its state alone, under keys that stay the same for the same
 * news, so that it can be worked out again at any time and is still sent once.
 *
 * @param event opened, reopened, needs_person, approval, mitigated, resolved
 * @param key unique inside the incident; the same for the same news
 * @param text one sentence for the person
 */
public record News(String event, String key, String text) {
    /**
     * An incident as far as news go.
     *
     * @param state its state
     * @param pages true when it may wake a person
     * @param title what is broken for users
     * @param mitigations how often it was mitigated so far; a return after the first is news of its own
     * @param needsPerson why a person must look, null when nobody must
     * @param waitingApprovals questions that wait for an approval; asked again after a change is another question
     * @param told keys that were told already
     */
    public record Subject(
            IncidentState state,
            boolean pages,
            String title,
            int mitigations,
            @Nullable String needsPerson,
            List<String> waitingApprovals,
            Set<String> told) {
        public Subject {
            waitingApprovals = List.copyOf(waitingApprovals);
            told = Set.copyOf(told);
        }
    }

    /** Never pages for an incident that may not page; never tells an end to those who heard no beginning. */
    public static List<News> of(Subject subject) {
        List<News> news = new ArrayList<>();
        boolean heard = subject.told().contains("opened");
        switch (subject.state()) {
            case OPEN -> {
                if (subject.pages()) {
                    news.add(new News("opened", "opened", subject.title()));
                    heard = true;
                }
                if (heard && subject.mitigations() > 0) {
                    news.add(new News(
                            "reopened", "reopened:" + subject.mitigations(), "Broken again: " + subject.title()));
                }
            }
            case MITIGATED -> {
                if (heard) {
                    news.add(new News(
                            "mitigated",
                            "mitigated:" + subject.mitigations(),
                            "Users are served again: " + subject.title()));
                }
            }
            case RESOLVED, MERGED, SUPERSEDED -> {
                if (heard) {
                    String end = subject.state().name().toLowerCase(Locale.ROOT);
                    news.add(new News("resolved", "ended:" + end, "Over (" + end + "): " + subject.title()));
                }
                return List.copyOf(news);
            }
        }
        if (subject.pages() && subject.needsPerson() != null) {
            news.add(new News(
                    "needs_person",
                    "needs_person:" + Integer.toHexString(subject.needsPerson().hashCode()),
                    subject.needsPerson()));
        }
        if (subject.pages()) {
            for (String question : subject.waitingApprovals()) {
                news.add(new News(
                        "approval", "approval:" + question, "A repair waits for approval: " + subject.title()));
            }
        }
        return List.copyOf(news);
    }
}
