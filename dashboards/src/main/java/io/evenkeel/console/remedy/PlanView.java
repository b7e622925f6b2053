package io.evenkeel.console.remedy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        Map<String, Object> verify) {
    public PlanView {
        title = title == null ? "" : title;
        why = why == null ? "" : why;
        undo = undo == null ? "" : undo;
        targets = targets == null ? List.of() : List.copyOf(targets);
        diff = diff == null ? List.of() : List.copyOf(diff);
        preconditions = preconditions == null ? List.of() : List.copyOf(preconditions);
        verify = verify == null ? Map.of() : verify;
    }

    /** How success is judged in words, empty when the plan has none. */
    public String verifyText() {
        for (String key : new String[] {"text", "success"}) {
            Object text = verify.get(key);
            if (text != null) {
                return String.valueOf(text);
            }
        }
        return "";
    }

    /** The one verb of the plan for its button, such as {@code roll back}; the whole title when it is one word. */
    public String shortTitle() {
        String[] words = title.split(" ", 3);
        return words.length < 2
                ? title
                : title.toLowerCase(Locale.ROOT).startsWith("roll back") ? "rollback" : words[0];
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
     * @param text what must hold
     * @param held whether it did, null when it could not be told
     * @param value figure it was judged by, null for none
     */
    public record Precondition(
            @Nullable String text,
            @Nullable Boolean held,
            @Nullable Object value) {
        public String look() {
            if (held == null) {
                return "unsure";
            }
            return held ? "held" : "broken";
        }

        public String words() {
            String shown = text == null ? "" : text;
            String figure = value == null ? "" : String.valueOf(value);
            return figure.isBlank() || shown.contains(figure) ? shown : shown + " (" + figure + ')';
        }
    }
}
