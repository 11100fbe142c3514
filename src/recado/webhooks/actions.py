"""What other rooms may ask of calls to other systems."""

from . import calling, endpoints

add, change, end = endpoints.add, endpoints.change, endpoints.end
new_secret = endpoints.new_secret
call, test, again = calling.call, calling.test, calling.again
