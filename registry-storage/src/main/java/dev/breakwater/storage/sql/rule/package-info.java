/** Rules of projects about tags, as rows. */
@NullMarked
package dev.breakwater.storage.sql.rule;

import org.jspecify.annotations.NullMarked;
