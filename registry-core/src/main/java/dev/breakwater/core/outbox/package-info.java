/** What happened, handed on after the commit to whoever has to know. */
@NullMarked
package dev.breakwater.core.outbox;

import org.jspecify.annotations.NullMarked;
