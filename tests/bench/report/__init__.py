# SPDX-License-Identifier: GPL-2.0
"""From what the guest measured to records, tables and plots."""
