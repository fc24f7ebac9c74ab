/** Local users: their records and the rows behind them. */
@NullMarked
package dev.breakwater.core.user;

import org.jspecify.annotations.NullMarked;
