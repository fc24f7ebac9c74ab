/** Settings: one table of them, where their values come from, and what was wrong. */
@NullMarked
package dev.breakwater.http.app.config;

import org.jspecify.annotations.NullMarked;
