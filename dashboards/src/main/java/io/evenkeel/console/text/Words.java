package io.evenkeel.console.text;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;

/**
 * The console's sentences in the reader's language, from the same file that the templates use. English where a
 * language has no word of its own yet.
 */
public final class Words {
    /** Base name of the message files, without language and {@code .properties}. */
    public static final String BUNDLE = "console-messages";

    private final Locale locale;
    private final ResourceBundle bundle;

    private Words(Locale locale) {
        this.locale = locale;
        this.bundle = ResourceBundle.getBundle(
                BUNDLE, locale, ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    public static Words of(Locale locale) {
        return new Words(locale);
    }

    public Locale locale() {
        return locale;
    }

    /**
     * The sentence with its figures put in.
     *
     * @throws MissingResourceException if no file knows the key, which is a mistake of ours
     */
    public String say(String key, Object... figures) {
        String pattern = bundle.getString(key);
        return figures.length == 0 ? pattern : new MessageFormat(pattern, locale).format(figures);
    }

    /** The sentence, or the other text when no file knows the key. */
    public String sayOr(String key, String otherwise) {
        return bundle.containsKey(key) ? bundle.getString(key) : otherwise;
    }
}
