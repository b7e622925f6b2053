package io.evenkeel.console.text;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;

/** Names and sentences about signals in the words of somebody who uses the service, not of the metric's author. */
public final class SignalText {
    private final Words words;

    public SignalText(Words words) {
        this.words = words;
    }

    /** Short name for a plot, for example {@code checkout → payment · failed requests}. */
    public String name(SignalKey signal) {
        return who(signal) + " · " + what(signal);
    }

    /** Whose signal it is, for example {@code front · POST /checkout} or {@code checkout → payment}. */
    public String who(SignalKey signal) {
        StringBuilder who = new StringBuilder(signal.service().name());
        ServiceKey callee = signal.callee();
        if (callee != null) {
            who.append(" → ").append(callee.name());
        }
        if (!signal.operation().isEmpty()) {
            who.append(" · ").append(signal.operation());
        }
        if (!signal.slot().isEmpty()) {
            who.append(" · ").append(words.say("signal.replica", signal.slot()));
        }
        return who.toString();
    }

    /** What it measures, for example {@code failed requests}; the metric's own name where it is not about requests. */
    public String what(SignalKey signal) {
        return switch (signal.kind()) {
            case ERROR_RATIO -> words.say("signal.errors");
            case DURATION_P95 -> words.say("signal.duration");
            case REQUEST_RATE -> words.say("signal.rate");
            case PRESENCE -> words.say("signal.presence");
            case GAUGE, COUNTER_RATE, HISTOGRAM_MEAN ->
                signal.metric().equals(SignalKey.REFUSED) ? words.say("signal.refused") : metric(signal);
        };
    }

    private static String metric(SignalKey signal) {
        return signal.attributes().isEmpty() ? signal.metric() : signal.metric() + " {" + signal.attributes() + '}';
    }

    /** What the band says, for example {@code usually under 0.4 %}; empty when nothing has been learned. */
    public String usual(SignalKey signal, Direction direction, double lower, double upper) {
        Unit unit = Unit.of(signal);
        if (direction == Direction.UP && Double.isFinite(upper)) {
            return words.say("usual.under", Figures.value(upper, unit));
        }
        if (direction == Direction.DOWN && Double.isFinite(lower)) {
            return words.say("usual.over", Figures.value(lower, unit));
        }
        return words.say("usual.unknown");
    }

    /**
     * The sentence under the big figure in "What is broken for users", split so that the middle can be set in bold:
     * before, subject, after.
     *
     * @param isOver true to say it of the past
     */
    public Sentence harm(SignalKey signal, double lower, double upper, boolean isOver) {
        String subject = signal.operation().isEmpty() ? signal.service().name() : signal.operation();
        Direction bad =
                signal.kind() == io.evenkeel.domain.telemetry.SignalKind.REQUEST_RATE ? Direction.DOWN : Direction.UP;
        String usual = usual(signal, bad, lower, upper);
        return switch (signal.kind()) {
            case ERROR_RATIO -> sentence(isOver ? "harm.over.errors" : "harm.errors", subject, usual);
            case DURATION_P95 -> sentence(isOver ? "harm.over.duration" : "harm.duration", subject, usual);
            case REQUEST_RATE -> sentence(isOver ? "harm.over.rate" : "harm.rate", subject, usual);
            default -> new Sentence(what(signal) + " (", subject, "), " + between(signal, lower, upper));
        };
    }

    /** {@code usually between 3 and 7}, or that nothing has been learned. */
    public String between(SignalKey signal, double lower, double upper) {
        if (!Double.isFinite(lower) || !Double.isFinite(upper)) {
            return words.say("usual.unknown");
        }
        Unit unit = Unit.of(signal);
        return words.say("usual.between", Figures.value(lower, unit), Figures.value(upper, unit));
    }

    private Sentence sentence(String key, String subject, String usual) {
        return new Sentence(words.say(key + ".before"), subject, words.say(key + ".after", usual));
    }

    /**
     * @param before text before the subject
     * @param subject the bold part
     * @param after text after it
     */
    public record Sentence(String before, String subject, String after) {
        /** The whole sentence in one. */
        public String text() {
            return before + subject + after;
        }
    }
}
