-- A whole number as text: tostring gives "1.0" on some Luas.
return function(value)
    return ("%d"):format(value)
end
