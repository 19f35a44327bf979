"""Files made for the citizen: the slip, the calendar entry. Made when they are sent, never kept."""
