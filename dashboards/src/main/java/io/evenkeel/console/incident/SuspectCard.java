package io.evenkeel.console.incident;

import io.evenkeel.console.text.Figures;
import io.evenkeel.console.text.UrlId;
import io.evenkeel.console.text.Words;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.EvidenceTerm;
import io.evenkeel.domain.incident.Suspect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of "Why, most likely first".
 *
 * @param name service, with the replica when only one is suspected
 * @param cause what seems wrong with it; empty when not known
 * @param figure confidence, or share of the weight while it is not calibrated
 * @param calibrated whether the figure is a probability
 * @param suffers true when its callees explain its trouble
 * @param text its sentence
 * @param terms reasons as bars, strongest first
 */
public record SuspectCard(
        String name, String cause, String figure, boolean calibrated, boolean suffers, String text, List<Term> terms) {
    /** Bars that fit a card; the rest is on the evidence pages. */
    private static final int MOST_TERMS = 5;

    public static SuspectCard of(Suspect suspect, Words words) {
        String instance = suspect.instance();
        String name = instance == null || instance.isBlank()
                ? suspect.service().name()
                : words.say("suspect.replica", suspect.service().name(), instance);
        String cause = suspect.suffers() || suspect.cause() == CauseKind.UNKNOWN
                ? ""
                : words.sayOr("cause." + suspect.cause().word(), suspect.cause().text());
        double figure = suspect.confidence() > 0 ? suspect.confidence() : suspect.share();
        return new SuspectCard(
                name,
                cause,
                Figures.confidence(figure),
                suspect.calibrated(),
                suspect.suffers(),
                suspect.text(),
                suspect.evidence().stream()
                        .limit(MOST_TERMS)
                        .map(term -> term(term, words))
                        .toList());
    }

    private static Term term(EvidenceTerm term, Words words) {
        String findingId = term.findingId();
        double weight = Double.isFinite(term.weight()) ? Math.max(0, Math.min(1, term.weight())) : 0;
        return new Term(
                words.sayOr("term." + term.signal().replace(' ', '_'), term.signal()),
                term.text(),
                (int) Math.round(weight * 100),
                findingId == null || findingId.isEmpty() ? null : UrlId.encode(findingId));
    }

    /**
     * @param name kind of evidence
     * @param text sentence with figures
     * @param percent strength 0..100, drawn as a bar
     * @param evidence finding it stands on, as in URLs; null for none
     */
    public record Term(
            String name, String text, int percent, @Nullable String evidence) {}
}
