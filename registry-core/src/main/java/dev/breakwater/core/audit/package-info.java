/** The audit log: who did what, when and from where. */
@NullMarked
package dev.breakwater.core.audit;

import org.jspecify.annotations.NullMarked;
