package io.evenkeel.console.remedy;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a repair would do, as remediation stored it. Fields that an older writer left out are empty.
 *
 * @param title such as {@code Roll back payment to 4.11.3}
 * @param why why this runbook
 * @param undo how it is taken back
 * @param targets what it touches
 * @param diff what changes
 * @param preconditions what was checked before
 * @param verify how success will be judged
 */
public record PlanView(
        String title,
        String why,
        String undo,
        List<Target> targets,
        List<DiffLine> diff,
        List<Precondition> preconditions,
        VerifyView verify) {
    public PlanView {
        title = title == null ? "" : title;
        why = why == null ? "" : why;
        undo = undo == null ? "" : undo;
        targets = targets == null ? List.of() : List.copyOf(targets);
        diff = diff == null ? List.of() : List.copyOf(diff);
        preconditions = preconditions == null ? List.of() : List.copyOf(preconditions);
        verify = verify == null ? VerifyView.NONE : verify;
    }

    /** What must come back for a verdict of recovered, in words; empty when the plan names nothing. */
    public List<String> mustReturn() {
        return verify.signals().stream()
                .filter(VerifyView.Signal::required)
                .map(VerifyView.Signal::text)
                .toList();
    }

    /** The one verb of the plan for its button, such as {@code roll back}; the whole title when it is one word. */
    public String shortTitle() {
        String[] words = title.split(" ", 3);
        return words.length < 2
                ? title
                : title.toLowerCase(Locale.ROOT).startsWith("roll back") ? "rollback" : words[0];
    }

    /**
     * How a run will be judged.
     *
     * @param windowSeconds length of a judged window, s
     * @param consecutive windows in a row that must be good
     * @param signals what is looked at
     */
    public record VerifyView(long windowSeconds, int consecutive, List<Signal> signals) {
        static final VerifyView NONE = new VerifyView(0, 0, List.of());

        public VerifyView {
            signals = signals == null ? List.of() : List.copyOf(signals);
        }

        /** How long it must stay good, s. */
        public long goodSeconds() {
            return windowSeconds * consecutive;
        }

        /**
         * @param text such as {@code error ratio of payment}
         * @param required true when it must come back
         */
        public record Signal(String text, boolean required) {
            public Signal {
                text = text == null ? "" : text;
            }
        }
    }

    /**
     * @param service service id or name
     * @param instance replica, null for the whole service
     * @param text for people
     */
    public record Target(
            @Nullable String service,
            @Nullable String instance,
            @Nullable String text) {
        public String words() {
            if (text != null && !text.isBlank()) {
                return text;
            }
            return instance != null && !instance.isBlank() ? instance : service == null ? "" : service;
        }
    }

    /**
     * @param op {@code -}, {@code +}, or anything else for a remark
     * @param text the line
     */
    public record DiffLine(String op, String text) {
        public DiffLine {
            op = op == null ? "" : op.strip();
            text = text == null ? "" : text;
        }

        public String sign() {
            return switch (op.toLowerCase(Locale.ROOT)) {
                case "-", "remove", "del" -> "-";
                case "+", "add" -> "+";
                default -> " ";
            };
        }

        /** The line as the diff shows it, with its end. */
        public String line() {
            return sign() + ' ' + text + '\n';
        }

        public String look() {
            return switch (sign()) {
                case "-" -> "del";
                case "+" -> "add";
                default -> "same";
            };
        }
    }

    /**
     * @param text what must hold, as the runbook says it
     * @param question the same as the engine asks it, null in older plans; equal to the text where nobody wrote a sentence
     * @param held whether it did, null when it could not be told
     * @param value figure it was judged by, null for none
     */
    public record Precondition(
            @Nullable String text,
            @Nullable String question,
            @Nullable Boolean held,
            @Nullable Object value) {
        public String look() {
            if (held == null) {
                return "unsure";
            }
            return held ? "held" : "broken";
        }

        /** The sentence; a bare question with the figures it was judged by. */
        public String words() {
            String shown = text == null ? "" : text;
            if (question != null && !question.equals(shown)) {
                return shown;
            }
            String figure = value == null ? "" : String.valueOf(value);
            return figure.isBlank() || shown.contains(figure) ? shown : shown + " (" + figure + ')';
        }
    }
}
